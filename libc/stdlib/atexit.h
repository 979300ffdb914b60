/* What runs at exit, the last registered first. */
#ifndef LIMEN_LIBC_STDLIB_ATEXIT_H
#define LIMEN_LIBC_STDLIB_ATEXIT_H

#define EXIT_BLOCK_FUNCTIONS 32

/* 32 functions are promised without any memory; more come in further blocks. */
struct exit_block {
    struct exit_block *previous;
    int count;
    void (*functions[EXIT_BLOCK_FUNCTIONS])(void);
};

struct exit_list {
    struct exit_block *last;
    struct exit_block first;
};

int __exit_list_add(struct exit_list *list, void (*function)(void));
/* Also runs what the functions register meanwhile. */
void __exit_list_run(struct exit_list *list);

void __run_atexit(void);

#endif
