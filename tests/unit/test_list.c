/* Unit test of kernel/lib/list.h. */
#include "tests/unit/unit.h"

#include "kernel/lib/list.h"

struct item {
    int number;
    struct list link;
};

/* Walks both ways, checks the links, and packs the numbers into decimal digits. */
static long digits(struct list *head)
{
    struct item *item;
    long forward = 0;
    size_t count = 0;

    list_for_each_entry (item, head, link) {
        CHECK(item->link.next->prev == &item->link);
        CHECK(item->link.prev->next == &item->link);
        forward = forward * 10 + item->number;
        count++;
    }
    for (struct list *link = head->prev; link != head; link = link->prev)
        count--;
    CHECK_EQ(count, 0);
    return forward;
}

static void test_add_and_delete(void)
{
    struct list head = LIST_INIT(head);
    struct item a = {.number = 1}, b = {.number = 2}, c = {.number = 3};

    CHECK(list_empty(&head));
    CHECK(list_first_entry(&head, struct item, link) == NULL);
    CHECK(list_last_entry(&head, struct item, link) == NULL);
    list_add(&head, &b.link);
    list_add(&head, &a.link);
    list_add_tail(&head, &c.link);
    CHECK_EQ(digits(&head), 123);
    CHECK(list_first_entry(&head, struct item, link) == &a);
    CHECK(list_last_entry(&head, struct item, link) == &c);
    list_del(&b.link);
    CHECK_EQ(digits(&head), 13);
    list_add_tail(&c.link, &b.link);
    CHECK_EQ(digits(&head), 123);
    list_del_init(&a.link);
    CHECK(list_empty(&a.link));
    CHECK_EQ(digits(&head), 23);
    list_del(&b.link);
    list_del(&c.link);
    CHECK(list_empty(&head));
}

static void test_for_each_safe(void)
{
    struct list head;
    struct item items[9];
    struct item *item, *ahead;

    list_init(&head);
    for (int i = 0; i < 9; i++) {
        items[i].number = i + 1;
        list_add_tail(&head, &items[i].link);
    }
    list_for_each_entry_safe (item, ahead, &head, link) {
        if (item->number % 2)
            list_del_init(&item->link);
    }
    CHECK_EQ(digits(&head), 2468);
    list_for_each_entry_safe (item, ahead, &head, link)
        list_del_init(&item->link);
    CHECK(list_empty(&head));
    list_for_each_entry_safe (item, ahead, &head, link)
        CHECK(false);
}

static void test_splice(void)
{
    struct list to = LIST_INIT(to), from = LIST_INIT(from);
    struct item items[4];

    for (int i = 0; i < 4; i++)
        items[i].number = i + 1;
    list_splice_tail(&to, &from);
    CHECK(list_empty(&to));
    list_add_tail(&from, &items[2].link);
    list_splice_tail(&to, &from);
    CHECK_EQ(digits(&to), 3);
    CHECK(list_empty(&from));
    list_add_tail(&from, &items[0].link);
    list_add_tail(&from, &items[3].link);
    list_splice_tail(&to, &from);
    CHECK_EQ(digits(&to), 314);
    CHECK(list_empty(&from));
    list_splice_tail(&to, &from);
    CHECK_EQ(digits(&to), 314);
}

int main(void)
{
    UNIT_RUN(test_add_and_delete);
    UNIT_RUN(test_for_each_safe);
    UNIT_RUN(test_splice);
    return unit_result();
}
