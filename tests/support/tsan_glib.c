/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tells the thread sanitizer what GLib's own locks and counters order, which it cannot see: they
 * are built on futexes inside a library that is not instrumented. Linked in only where the thread
 * sanitizer is (-Db_sanitize=thread).
 */
#include <dlfcn.h>
#include <glib.h>

extern void __tsan_acquire(void *addr);
extern void __tsan_release(void *addr);

/* The library's own function. Two threads may look for it at once; they find the same. */
#define REAL(name)                                      \
	static _Atomic(__typeof__(name) *) real_##name; \
	__typeof__(name) *real = real_##name;           \
	if (!real)                                      \
	real_##name = real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

void(g_mutex_lock)(GMutex *mutex)
{
	REAL(g_mutex_lock);
	real(mutex);
	__tsan_acquire(mutex);
}

gboolean(g_mutex_trylock)(GMutex *mutex)
{
	gboolean locked;

	REAL(g_mutex_trylock);
	locked = real(mutex);
	if (locked)
		__tsan_acquire(mutex);
	return locked;
}

void(g_mutex_unlock)(GMutex *mutex)
{
	REAL(g_mutex_unlock);
	__tsan_release(mutex);
	real(mutex);
}

void(g_cond_wait)(GCond *cond, GMutex *mutex)
{
	REAL(g_cond_wait);
	__tsan_release(mutex);
	real(cond, mutex);
	__tsan_acquire(mutex);
}

gboolean(g_cond_wait_until)(GCond *cond, GMutex *mutex, gint64 end_time)
{
	gboolean signalled;

	REAL(g_cond_wait_until);
	__tsan_release(mutex);
	signalled = real(cond, mutex, end_time);
	__tsan_acquire(mutex);
	return signalled;
}

/* Whoever gives up the last reference comes after all others that gave up theirs. */
void(g_bytes_unref)(GBytes *bytes)
{
	REAL(g_bytes_unref);
	if (bytes) {
		__tsan_release(bytes);
		__tsan_acquire(bytes);
	}
	real(bytes);
}

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *arc)
{
	REAL(g_atomic_ref_count_dec);
	__tsan_release(arc);
	__tsan_acquire(arc);
	return real(arc);
}
