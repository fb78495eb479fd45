/* The end of a run. */
#ifndef SDK_POWER_H
#define SDK_POWER_H

/* Waits until the console has taken everything, then powers off: exit code 0 of the machine. */
_Noreturn void power_off(void);

/* Prints "FAIL: ..." and reports a failure: exit code 1 of the machine. */
__attribute__((format(printf, 1, 2))) _Noreturn void fail(const char *text, ...);

#endif
