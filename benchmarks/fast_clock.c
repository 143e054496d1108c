/* The clock of a process, moved on by another one. fast_clock.py compiles this and loads it into processes with LD_PRELOAD.

   The time of day and the monotonic clocks are those of the system plus an offset, which stands in a file that all processes map.
   Whoever waits with a time limit looks every two milliseconds whether the offset has grown past it, and writes the limit into the
   same file, at a place that follows from the number of the thread: whoever moves the clock sees there who waits, and until when.
   Processor time, timers of the kernel (alarm, setitimer) and times of files are left as they are. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND 1000000000LL
#define SLICE 2000000LL /* nanoseconds between two looks at the offset */

#define WAITS 16384     /* places for the limits of waiting threads */

struct shared {
    volatile int64_t offset, unused[511], limits[WAITS];
};
/* Without a file, nothing is moved. */
static struct shared alone, *shared = &alone;

__attribute__((constructor)) static void map_offset(void) {
    const char *name = getenv("FAST_CLOCK");
    int file = name ? open(name, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0)
        return;
    void *page = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    if (page != MAP_FAILED)
        shared = page;
}

/* The function of the C library that ours of the same name hides. */
#define REAL(name)                                                                                                     \
    static __typeof__(&name) real;                                                                                     \
    if (!real)                                                                                                         \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int64_t in_nanoseconds(const struct timespec *t) { return t->tv_sec * SECOND + t->tv_nsec; }

static struct timespec as_timespec(int64_t t) {
    return (struct timespec){.tv_sec = t < 0 ? 0 : t / SECOND, .tv_nsec = t < 0 ? 0 : t % SECOND};
}

static int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

static int is_moved(clockid_t clock) {
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC ||
           clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t clock, struct timespec *into) {
    REAL(clock_gettime);
    int failed = real(clock, into);
    if (!failed && is_moved(clock))
        *into = as_timespec(in_nanoseconds(into) + shared->offset);
    return failed;
}

static int64_t now(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return in_nanoseconds(&t);
}

int gettimeofday(struct timeval *restrict into, void *restrict zone) {
    int64_t t = now(CLOCK_REALTIME);
    (void)zone;
    into->tv_sec = t / SECOND;
    into->tv_usec = t % SECOND / 1000;
    return 0;
}

time_t time(time_t *into) {
    time_t t = now(CLOCK_REALTIME) / SECOND;
    if (into)
        *into = t;
    return t;
}

/* Say that this thread waits until a time of a moved clock, in monotonic nanoseconds; 0: it waits no more. */
static void set_limit(clockid_t clock, int64_t end) {
    int64_t limit = clock == CLOCK_MONOTONIC || !end ? end : end - now(clock) + now(CLOCK_MONOTONIC);
    shared->limits[gettid() % WAITS] = limit;
}

/* Sleep until a time of a moved clock; 0, or EINTR after a signal. */
static int sleep_until(clockid_t clock, int64_t end) {
    REAL(clock_nanosleep);
    int failed = 0;
    set_limit(clock, end);
    for (int64_t left; !failed && (left = end - now(clock)) > 0;) {
        struct timespec slice = as_timespec(lesser(left, SLICE));
        failed = real(CLOCK_MONOTONIC, 0, &slice, NULL);
    }
    set_limit(clock, 0);
    return failed;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *rest) {
    REAL(clock_nanosleep);
    if (!is_moved(clock))
        return real(clock, flags, wanted, rest);
    int64_t end = in_nanoseconds(wanted) + (flags & TIMER_ABSTIME ? 0 : now(clock));
    int failed = sleep_until(clock, end);
    if (failed && rest && !(flags & TIMER_ABSTIME))
        *rest = as_timespec(end - now(clock));
    return failed;
}

int nanosleep(const struct timespec *wanted, struct timespec *rest) {
    int failed = clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, rest);
    errno = failed ? failed : errno;
    return failed ? -1 : 0;
}

int usleep(useconds_t wanted) {
    struct timespec t = as_timespec(wanted * 1000LL);
    return nanosleep(&t, NULL);
}

unsigned int sleep(unsigned int wanted) {
    struct timespec t = {.tv_sec = wanted}, rest;
    return nanosleep(&t, &rest) ? (unsigned int)rest.tv_sec + 1 : 0;
}

int poll(struct pollfd *files, nfds_t number, int milliseconds) {
    REAL(poll);
    if (milliseconds <= 0)
        return real(files, number, milliseconds);
    int64_t end = now(CLOCK_MONOTONIC) + milliseconds * 1000000LL, left = end;
    int found = 0;
    set_limit(CLOCK_MONOTONIC, end);
    while (!found && left > 0) {
        left = end - now(CLOCK_MONOTONIC);
        found = real(files, number, left <= 0 ? 0 : (int)(lesser(left + 999999, SLICE) / 1000000));
    }
    set_limit(CLOCK_MONOTONIC, 0);
    return found;
}

int epoll_wait(int poller, struct epoll_event *events, int most, int milliseconds) {
    REAL(epoll_wait);
    if (milliseconds <= 0)
        return real(poller, events, most, milliseconds);
    int64_t end = now(CLOCK_MONOTONIC) + milliseconds * 1000000LL, left = end;
    int found = 0;
    set_limit(CLOCK_MONOTONIC, end);
    while (!found && left > 0) {
        left = end - now(CLOCK_MONOTONIC);
        found = real(poller, events, most, left <= 0 ? 0 : (int)(lesser(left + 999999, SLICE) / 1000000));
    }
    set_limit(CLOCK_MONOTONIC, 0);
    return found;
}

int select(int number, fd_set *reads, fd_set *writes, fd_set *errors, struct timeval *wanted) {
    REAL(select);
    if (!wanted)
        return real(number, reads, writes, errors, NULL);
    fd_set none, asked[3];
    FD_ZERO(&none);
    asked[0] = reads ? *reads : none;
    asked[1] = writes ? *writes : none;
    asked[2] = errors ? *errors : none;
    int64_t end = now(CLOCK_MONOTONIC) + wanted->tv_sec * SECOND + wanted->tv_usec * 1000LL, left = end;
    int found = 0;
    set_limit(CLOCK_MONOTONIC, end);
    while (!found && left > 0) {
        if (reads)
            *reads = asked[0];
        if (writes)
            *writes = asked[1];
        if (errors)
            *errors = asked[2];
        left = end - now(CLOCK_MONOTONIC);
        struct timeval slice = {.tv_usec = left <= 0 ? 0 : lesser(left, SLICE) / 1000};
        found = real(number, reads, writes, errors, &slice);
    }
    set_limit(CLOCK_MONOTONIC, 0);
    return found;
}

/* When the present slice of a wait until a time of a moved clock ends, by the system's clock. */
static struct timespec end_of_slice(clockid_t clock, int64_t end) {
    return as_timespec(lesser(end, now(clock) + SLICE) - shared->offset);
}

int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *end) {
    REAL(sem_clockwait);
    int failed;
    set_limit(clock, in_nanoseconds(end));
    do {
        struct timespec slice = end_of_slice(clock, in_nanoseconds(end));
        failed = real(semaphore, clock, &slice);
    } while (failed && errno == ETIMEDOUT && now(clock) < in_nanoseconds(end));
    set_limit(clock, 0);
    return failed;
}

int sem_timedwait(sem_t *semaphore, const struct timespec *end) { return sem_clockwait(semaphore, CLOCK_REALTIME, end); }

/* Between two slices a signal could be missed: at the end of one the caller looks for itself, as after any wake-up without a cause. */
int pthread_cond_clockwait(pthread_cond_t *condition, pthread_mutex_t *mutex, clockid_t clock, const struct timespec *end) {
    REAL(pthread_cond_clockwait);
    struct timespec slice = end_of_slice(clock, in_nanoseconds(end));
    set_limit(clock, in_nanoseconds(end));
    int failed = real(condition, mutex, clock, &slice);
    set_limit(clock, 0);
    return failed == ETIMEDOUT && now(clock) < in_nanoseconds(end) ? 0 : failed;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *end) {
    static __typeof__(&pthread_cond_timedwait) real;
    /* Without its version the first one is found, whose conditions are of another form. */
    if (!real)
        real = (__typeof__(real))dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    if (!real)
        real = (__typeof__(real))dlsym(RTLD_NEXT, "pthread_cond_timedwait");
    /* The condition knows which clock is meant, and so does the number: a machine has not been up since 1970. */
    int64_t t = in_nanoseconds(end);
    clockid_t clock = t > now(CLOCK_REALTIME) / 2 ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    struct timespec slice = end_of_slice(clock, t);
    set_limit(clock, t);
    int failed = real(condition, mutex, &slice);
    set_limit(clock, 0);
    return failed == ETIMEDOUT && now(clock) < t ? 0 : failed;
}
