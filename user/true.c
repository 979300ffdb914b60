/* true: does nothing, successfully. exit(2) with 0. */
int main(void)
{
    return 0;
}
