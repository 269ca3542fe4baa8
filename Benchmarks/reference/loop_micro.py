"""asyncio, uvloop and Tornado under the same loads as fetchloop-micro: loop_micro.py asyncio|uvloop|tornado [count]."""

import asyncio
import sys
import threading
import time

kind = sys.argv[1]
count = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000

if kind == "uvloop":
    import uvloop

    loop = uvloop.new_event_loop()
else:
    loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)

if kind == "tornado":
    from tornado.ioloop import IOLoop

    tornado_loop = IOLoop.current()
    call_soon = tornado_loop.add_callback
    call_threadsafe = tornado_loop.add_callback
    call_later = tornado_loop.call_later
    cancel = tornado_loop.remove_timeout
    stop = tornado_loop.stop
    run_forever = tornado_loop.start
else:
    call_soon = loop.call_soon
    call_threadsafe = loop.call_soon_threadsafe
    call_later = loop.call_later
    cancel = lambda handle: handle.cancel()
    stop = loop.stop
    run_forever = loop.run_forever


def report(name, operations, start):
    print(name, (time.perf_counter() - start) * 1e9 / operations, flush=True)


def chains(name, schedule, operations):
    left = operations

    def step():
        nonlocal left
        left -= 1
        if left > 0:
            schedule(step)
        elif left == 0:
            stop()

    start = time.perf_counter()
    for _ in range(100):
        schedule(step)
    run_forever()
    report(name, operations, start)


chains("callback", call_soon, count)


async def timers():
    start = time.perf_counter()
    for _ in range(count):
        cancel(call_later(100, int))
    report("timer-add-remove", count, start)


loop.run_until_complete(timers())
chains("timer-fire", lambda step: call_later(0, step), count)


async def same(number):
    return number


async def nap(number):
    await asyncio.sleep(0)
    return number


if kind == "tornado":
    from tornado import gen

    @gen.coroutine
    def tornado_nap(number):
        yield gen.moment
        return number

    @gen.coroutine
    def tornado_number(number):
        return number

    spawn, spawn_number = tornado_nap, tornado_number
else:
    spawn = lambda number: asyncio.ensure_future(nap(number))
    spawn_number = lambda number: asyncio.ensure_future(same(number))


async def spawns(name, spawn):
    start = time.perf_counter()
    for _ in range(count // 100):
        for task in [spawn(number) for number in range(100)]:
            await task
        await asyncio.sleep(0)
    report(name, count, start)


loop.run_until_complete(spawns("spawn-await", spawn_number))
loop.run_until_complete(spawns("spawn-suspend-await", spawn))


async def awaits():
    start = time.perf_counter()
    for _ in range(count):
        future = loop.create_future()
        call_soon(future.set_result, 1)
        await future
    report("await-future", count, start)


loop.run_until_complete(awaits())


def posts():
    left = count

    def step():
        nonlocal left
        left -= 1
        if left == 0:
            stop()

    def work():
        for _ in range(count):
            call_threadsafe(step)

    start = time.perf_counter()
    thread = threading.Thread(target=work)
    thread.start()
    run_forever()
    thread.join()
    report("cross-thread-post", count, start)


posts()
