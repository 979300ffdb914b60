/*
 * Time: the TSC as the clock, the local APIC's timer as the alarm. Both are measured once against
 * channel 2 of the 8254 timer, whose frequency is known (PC architecture: 1.193182 MHz, gated and
 * read back through port 61h).
 */
#include "kernel/core/clock.h"
#include "arch/api/boot.h"
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/tsc.h"
#include "kernel/core/panic.h"
#include "kernel/core/percpu.h"
#include "kernel/core/spinlock.h"

#define PIT_HZ 1193182u
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND 0x43
#define PIT_CHANNEL2_ONE_SHOT 0xb0 /* channel 2, low then high byte, mode 0, binary */
#define PORT_B 0x61
#define PORT_B_GATE2 0x01
#define PORT_B_SPEAKER 0x02
#define PORT_B_OUT2 0x20

#define SAMPLE_PIT_TICKS 1193u /* 1 ms */
#define SAMPLES_MAX 8
#define SAMPLE_TICKS_MAX (1ull << 34) /* of the TSC: seconds. So long only a broken 8254 takes */

#define RTC_INDEX 0x70
#define RTC_DATA 0x71
#define RTC_STATUS_A 0x0a
#define RTC_UPDATING 0x80
#define RTC_STATUS_B 0x0b
#define RTC_BINARY 0x04
#define RTC_24_HOURS 0x02

static uint64_t timer_per_ns_32; /* the local timer's ticks = ns * this / 2^32 */

struct sample {
    uint64_t tsc;
    uint32_t timer;
};

/* Lets the 8254 count down once and says how far TSC and local timer went meanwhile. */
static struct sample sample_take(void)
{
    uint8_t port = (uint8_t)(io_read8(PORT_B) & ~(PORT_B_SPEAKER | PORT_B_GATE2));
    struct sample sample;
    uint64_t start;

    io_write8(PORT_B, port | PORT_B_GATE2);
    io_write8(PIT_COMMAND, PIT_CHANNEL2_ONE_SHOT);
    io_write8(PIT_CHANNEL2, SAMPLE_PIT_TICKS & 0xff);
    apic_timer_set(UINT32_MAX);
    start = tsc_read();
    io_write8(PIT_CHANNEL2, SAMPLE_PIT_TICKS >> 8);
    while (!(io_read8(PORT_B) & PORT_B_OUT2))
        if (tsc_read() - start > SAMPLE_TICKS_MAX)
            panic("clock: the 8254 timer does not count");
    sample.tsc = tsc_read() - start;
    sample.timer = UINT32_MAX - apic_timer_read();
    io_write8(PORT_B, port);
    return sample;
}

/*
 * A disturbance (an SMI, a host that runs something else) can only make a sample longer, so the
 * shortest is the truest; two that agree to a thousandth end the search.
 */
static struct sample sample_best(void)
{
    struct sample best = sample_take();

    for (int i = 1; i < SAMPLES_MAX; i++) {
        struct sample next = sample_take();
        uint64_t difference = next.tsc > best.tsc ? next.tsc - best.tsc : best.tsc - next.tsc;

        best.tsc = min(best.tsc, next.tsc);
        best.timer = min(best.timer, next.timer);
        if (difference <= best.tsc / 1000)
            break;
    }
    return best;
}

void clock_init(void)
{
    struct sample sample = sample_best();
    uint64_t sample_ns = SAMPLE_PIT_TICKS * NSEC_PER_SEC / PIT_HZ;

    apic_timer_set(0);
    clock_page.ns_per_tick_32 = (sample_ns << 32) / sample.tsc;
    timer_per_ns_32 = ((uint64_t)sample.timer << 32) / sample_ns;
    cpu_features.tsc_khz = (uint32_t)(sample.tsc * 1000000 / sample_ns);
}

uint64_t cpu_ticks(void)
{
    return tsc_read();
}

uint64_t cpu_ticks_to_ns(uint64_t ticks)
{
    return clock_ticks_to_ns(&clock_page, ticks);
}

/* Since power-on as far as the TSC tells; 0 until clock_init. */
uint64_t cpu_clock_ns(void)
{
    return cpu_ticks_to_ns(tsc_read_ordered());
}

void cpu_timer_arm(uint64_t deadline_ns)
{
    uint64_t now = cpu_clock_ns();
    uint64_t delta = deadline_ns > now ? deadline_ns - now : 1;
    uint64_t count;

    if (deadline_ns == UINT64_MAX) {
        apic_timer_set(0);
        return;
    }
    delta = min(delta, NSEC_PER_SEC); /* a longer wait is asked for again when it fires */
    count = delta * timer_per_ns_32 >> 32;
    apic_timer_set((uint32_t)min(max(count, (uint64_t)1), (uint64_t)UINT32_MAX));
}

static uint8_t rtc_read(uint8_t reg)
{
    io_write8(RTC_INDEX, reg);
    return io_read8(RTC_DATA);
}

static unsigned rtc_number(uint8_t reg, bool binary)
{
    uint8_t value = rtc_read(reg);

    return binary ? value : (value >> 4) * 10u + (value & 0xf);
}

/* Days since 1970-01-01 of a date in the Gregorian calendar (year >= 1970). */
static uint64_t days_of_date(unsigned year, unsigned month, unsigned day)
{
    /* Count years from March, so that the leap day is the last one. */
    uint64_t y = month > 2 ? year : year - 1;
    uint64_t m = month > 2 ? month - 3 : month + 9;

    return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

/* The MC146818's time of day; read twice around an update would tear, so until two agree. */
uint64_t cpu_rtc_seconds(void)
{
    uint64_t last = 0;

    for (int attempt = 0; attempt < 10; attempt++) {
        for (int i = 0; i < 100000 && (rtc_read(RTC_STATUS_A) & RTC_UPDATING); i++)
            cpu_relax();

        uint8_t status = rtc_read(RTC_STATUS_B);
        bool binary = (status & RTC_BINARY) != 0;
        unsigned hour = rtc_number(4, binary);

        if (!(status & RTC_24_HOURS)) {
            uint8_t raw = rtc_read(4);

            hour = (binary ? raw & 0x7fu : ((raw >> 4) & 7) * 10u + (raw & 0xfu)) % 12;
            hour += raw & 0x80 ? 12 : 0;
        }

        uint64_t days = days_of_date(2000 + rtc_number(9, binary), rtc_number(8, binary),
                                     rtc_number(7, binary));
        uint64_t seconds =
            days * 86400 + hour * 3600 + rtc_number(2, binary) * 60 + rtc_number(0, binary);

        if (seconds == last)
            return seconds;
        last = seconds;
    }
    return last;
}
