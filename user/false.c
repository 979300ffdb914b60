/* false: does nothing, unsuccessfully. exit(2) with 1. */
int main(void)
{
    return 1;
}
