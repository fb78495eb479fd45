/* Numbers of the Xen ABI as this machine speaks it; the names are the specification's. */
#ifndef SDK_XEN_ABI_H
#define SDK_XEN_ABI_H

/* This machine's own choices: calling convention, upcall, windows. */
#define XEN_SBI_EXTENSION      0x08564c53
#define XEN_UPCALL_INTERRUPT   24
#define XEN_GRANT_WINDOW       0x38000000
#define XEN_GRANT_WINDOW_BYTES 0x01000000
#define XEN_RING_PROTOCOL      "riscv64-abi"

#define HYPERVISOR_memory_op        12
#define HYPERVISOR_xen_version      17
#define HYPERVISOR_console_io       18
#define HYPERVISOR_grant_table_op   20
#define HYPERVISOR_vcpu_op          24
#define HYPERVISOR_sched_op         29
#define HYPERVISOR_event_channel_op 32
#define HYPERVISOR_hvm_op           34
#define HYPERVISOR_arch_0           48

/* This machine's own operations, by HYPERVISOR_arch_0 (docs/xen-abi.md). */
#define VLSOP_poll 0
#define VLSOP_mark 1

#define DOMID_SELF 0x7ff0
#define DOMID_HOST 0

#define ENOENT 2
#define EIO    5
#define E2BIG  7
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY  16
#define EEXIST 17
#define EISDIR 21
#define EINVAL 22
#define ENOSPC 28
#define EROFS  30
#define EPERM  1
#define ENOSYS 38
#define ENOTEMPTY 39
#define EISCONN   106

#define VCPUOP_register_vcpu_info 10

#define XENMEM_add_to_physmap    7
#define XENMAPSPACE_shared_info  0
#define XENMAPSPACE_grant_table  1

#define XENVER_version      0
#define XENVER_get_features 6

#define CONSOLEIO_write 0

#define SCHEDOP_yield     0
#define SCHEDOP_block     1
#define SCHEDOP_shutdown  2
#define SCHEDOP_poll      3
#define SHUTDOWN_POWEROFF 0
#define SHUTDOWN_CRASH    3

#define EVTCHNOP_bind_interdomain 0
#define EVTCHNOP_close            3
#define EVTCHNOP_send             4
#define EVTCHNOP_alloc_unbound    6
#define EVTCHNOP_unmask           9

#define HVMOP_get_param          1
#define HVM_PARAM_STORE_PFN      1
#define HVM_PARAM_STORE_EVTCHN   2
#define HVM_PARAM_CONSOLE_PFN    17
#define HVM_PARAM_CONSOLE_EVTCHN 18

#define GTF_permit_access 1
#define GTF_readonly      4
#define GTF_reading       8
#define GTF_writing       16
#define GRANT_RESERVED    8   /* first entries belong to the console, the store and the tools */

#define GNTTABOP_map_grant_ref   0
#define GNTTABOP_unmap_grant_ref 1
#define GNTTABOP_setup_table     2
#define GNTTABOP_copy            5
#define GNTTABOP_query_size      6
#define GNTCOPY_source_gref      1
#define GNTCOPY_dest_gref        2

#define BLKIF_OP_READ            0
#define BLKIF_OP_WRITE           1
#define BLKIF_OP_FLUSH_DISKCACHE 3
#define BLKIF_OP_INDIRECT        6
#define BLKIF_RSP_OKAY           0
#define BLKIF_MAX_SEGMENTS       11
#define VDISK_READONLY           4

#define XENBUS_Initialising 1
#define XENBUS_InitWait     2
#define XENBUS_Initialised  3
#define XENBUS_Connected    4
#define XENBUS_Closing      5
#define XENBUS_Closed       6

#define XS_DIRECTORY         1
#define XS_READ              2
#define XS_WATCH             4
#define XS_UNWATCH           5
#define XS_TRANSACTION_START 6
#define XS_TRANSACTION_END   7
#define XS_GET_DOMAIN_PATH   10
#define XS_WRITE             11
#define XS_MKDIR             12
#define XS_RM                13
#define XS_WATCH_EVENT       15
#define XS_ERROR             16
#define XS_PAYLOAD_BYTES     4096

#endif
