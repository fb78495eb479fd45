/* Between the block front-end's parts: completion of requests, used as the event handler from set-up on. */
#ifndef SDK_BLOCK_SETUP_H
#define SDK_BLOCK_SETUP_H

void block_collect(void *device);

#endif
