/*
 * Values that each thread has of its own. A key has a turn, which is odd while it exists and grows
 * when it comes or goes: values that were stored in another turn are nobody's.
 */
#include <errno.h>

#include "libc/thread/thread.h"

struct key {
    unsigned long turn;
    void (*destructor)(void *);
};

static struct key keys[PTHREAD_KEYS_MAX];
static pthread_mutex_t keys_mutex = PTHREAD_MUTEX_INITIALIZER;

/* The key's turn; 0 if there is no such key. */
static unsigned long key_turn(pthread_key_t key)
{
    unsigned long turn = 0;

    if (key < PTHREAD_KEYS_MAX)
        turn = __atomic_load_n(&keys[key].turn, __ATOMIC_ACQUIRE);
    return turn % 2 ? turn : 0;
}

int pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    pthread_key_t i = 0;

    pthread_mutex_lock(&keys_mutex);
    while (i < PTHREAD_KEYS_MAX && key_turn(i))
        i++;
    if (i < PTHREAD_KEYS_MAX) {
        keys[i].destructor = destructor;
        __atomic_store_n(&keys[i].turn, keys[i].turn + 1, __ATOMIC_RELEASE);
        *key = i;
    }
    pthread_mutex_unlock(&keys_mutex);
    return i < PTHREAD_KEYS_MAX ? 0 : EAGAIN;
}

int pthread_key_delete(pthread_key_t key)
{
    unsigned long turn;

    pthread_mutex_lock(&keys_mutex);
    turn = key_turn(key);
    if (turn)
        __atomic_store_n(&keys[key].turn, turn + 1, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&keys_mutex);
    return turn ? 0 : EINVAL;
}

void *pthread_getspecific(pthread_key_t key)
{
    unsigned long turn = key_turn(key);

    if (!turn || thread_self()->values[key].turn != turn)
        return NULL;
    return thread_self()->values[key].value;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    unsigned long turn = key_turn(key);

    if (!turn)
        return EINVAL;
    thread_self()->values[key] = (struct thread_value){(void *)value, turn};
    return 0;
}

/* Whether there was a value with a destructor, which may have set others. */
static bool destroy_all(struct limen_thread *self)
{
    bool found = false;

    for (pthread_key_t key = 0; key < PTHREAD_KEYS_MAX; key++) {
        void *value = pthread_getspecific(key);
        void (*destructor)(void *) = keys[key].destructor;

        self->values[key].value = NULL;
        if (value && destructor) {
            destructor(value);
            found = true;
        }
    }
    return found;
}

void __thread_run_destructors(struct limen_thread *self)
{
    int rest = PTHREAD_DESTRUCTOR_ITERATIONS;

    while (rest-- > 0 && destroy_all(self))
        ;
}
