/* What gcc calls for __builtin_popcountl where the CPU need not have POPCNT; else in libgcc. */
int __popcountdi2(long value);

int __popcountdi2(long value)
{
    unsigned long rest = (unsigned long)value;
    int count = 0;

    for (; rest; rest &= rest - 1)
        count++;
    return count;
}
