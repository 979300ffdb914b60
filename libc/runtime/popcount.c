/* What gcc calls for __builtin_popcountl on a CPU that need not have POPCNT (libgcc has it else). */
int __popcountdi2(long value);

int __popcountdi2(long value)
{
    unsigned long rest = (unsigned long)value;
    int count = 0;

    for (; rest; rest &= rest - 1)
        count++;
    return count;
}
