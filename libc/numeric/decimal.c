/* Arithmetic of exact decimals. See decimal.h. */
#include "libc/numeric/decimal.h"

static const uint32_t power_of_10[LIMB_DIGITS + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
};

static int floor_div(int a, int b)
{
    return a / b - (a % b < 0);
}

static void trim(struct decimal *d)
{
    while (d->end > d->first && d->limb[d->end - 1] == 0)
        d->end--;
    while (d->first < d->end && d->limb[d->first] == 0)
        d->first++;
}

bool __decimal_is_zero(const struct decimal *d)
{
    return d->first == d->end;
}

void __decimal_init(struct decimal *d, int exponent)
{
    /* A large number is going to be halved and grows behind; a small one is doubled. */
    d->first = exponent >= 0 ? 4 : DECIMAL_LIMBS - DECIMAL_INPUT_LIMBS - 1;
    d->end = d->first;
    d->point = d->first + floor_div(exponent, LIMB_DIGITS) + 1;
}

/* Multiply by 2^bits, bits <= 29: from the last limb up. */
static void double_times(struct decimal *d, int bits)
{
    uint64_t carry = 0;

    for (int i = d->end - 1; i >= d->first; i--) {
        uint64_t value = ((uint64_t)d->limb[i] << bits) + carry;

        d->limb[i] = (uint32_t)(value % LIMB_BASE);
        carry = value / LIMB_BASE;
    }
    if (carry)
        d->limb[--d->first] = (uint32_t)carry;
    trim(d);
}

/* Divide by 2^bits, bits <= 9 (2^9 divides LIMB_BASE): from the first limb down. */
static void halve_times(struct decimal *d, int bits)
{
    uint32_t mask = (1U << bits) - 1;
    uint32_t share = LIMB_BASE >> bits;
    uint32_t carry = 0;

    for (int i = d->first; i < d->end; i++) {
        uint32_t rest = d->limb[i] & mask;

        d->limb[i] = (d->limb[i] >> bits) + carry;
        carry = rest * share;
    }
    if (carry && d->end < DECIMAL_LIMBS)
        d->limb[d->end++] = carry;
    else if (carry)
        d->limb[d->end - 1] |= 1;
    trim(d);
}

void __decimal_scale(struct decimal *d, int exponent)
{
    while (exponent > 0) {
        int bits = exponent < 29 ? exponent : 29;

        double_times(d, bits);
        exponent -= bits;
    }
    while (exponent < 0) {
        int bits = exponent > -9 ? -exponent : 9;

        halve_times(d, bits);
        exponent += bits;
    }
}

void __decimal_from_binary(struct decimal *d, uint64_t mantissa, int exponent)
{
    d->first = exponent > 0 ? DECIMAL_LIMBS - 3 : 1;
    d->end = d->first + 3;
    d->point = d->end;
    for (int i = d->end - 1; i >= d->first; i--) {
        d->limb[i] = (uint32_t)(mantissa % LIMB_BASE);
        mantissa /= LIMB_BASE;
    }
    trim(d);
    __decimal_scale(d, exponent);
}

int __decimal_top(const struct decimal *d)
{
    int digits = 0;

    if (__decimal_is_zero(d))
        return 0;
    while (digits < LIMB_DIGITS && d->limb[d->first] >= power_of_10[digits])
        digits++;
    return LIMB_DIGITS * (d->point - 1 - d->first) + digits - 1;
}

int __decimal_bottom(const struct decimal *d)
{
    return LIMB_DIGITS * (d->point - d->end);
}

/* Which limb has the digit of 10^position, and (returned) which of its digits, from the right. */
static int limb_of(const struct decimal *d, int position, int *digit)
{
    int limbs = floor_div(position, LIMB_DIGITS);

    *digit = position - limbs * LIMB_DIGITS;
    return d->point - 1 - limbs;
}

int __decimal_digit(const struct decimal *d, int position)
{
    int digit;
    int i = limb_of(d, position, &digit);

    if (i < d->first || i >= d->end)
        return 0;
    return (int)(d->limb[i] / power_of_10[digit] % 10);
}

/* Add ten to the power of `digit` to limb i, with all carries. */
static void add_unit(struct decimal *d, int i, int digit)
{
    uint32_t carry = power_of_10[digit];

    for (; carry && i >= d->first; i--) {
        d->limb[i] += carry;
        carry = d->limb[i] >= LIMB_BASE;
        if (carry)
            d->limb[i] -= LIMB_BASE;
    }
    if (carry)
        d->limb[--d->first] = carry;
}

void __decimal_set_digit(struct decimal *d, int position, int digit)
{
    int place;
    int i = limb_of(d, position, &place);
    int last = d->first + DECIMAL_INPUT_LIMBS - 1;

    if (digit == 0)
        return;
    while (d->end <= i && d->end <= last)
        d->limb[d->end++] = 0;
    if (i <= last)
        d->limb[i] += (uint32_t)digit * power_of_10[place];
    else
        d->limb[last] |= 1;
}

/* Whether any digit below 10^position is not zero. */
static bool any_below(const struct decimal *d, int position)
{
    int digit;
    int i = limb_of(d, position, &digit);

    if (i >= d->end || __decimal_is_zero(d))
        return false;
    return i < d->first || i < d->end - 1 || d->limb[i] % power_of_10[digit] != 0;
}

void __decimal_round(struct decimal *d, int position)
{
    int digit;
    int i = limb_of(d, position, &digit);
    int deciding = __decimal_digit(d, position - 1);
    bool odd = __decimal_digit(d, position) & 1;
    bool up = deciding > 5 || (deciding == 5 && (odd || any_below(d, position - 1)));

    if (!any_below(d, position))
        return;
    while (d->first > i)
        d->limb[--d->first] = 0;
    d->limb[i] -= d->limb[i] % power_of_10[digit];
    d->end = i + 1;
    if (up)
        add_unit(d, i, digit);
    trim(d);
}
