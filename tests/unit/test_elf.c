/* Unit test of kernel/lib/elf: an image of three segments, each kind of damage, mutation fuzz. */
#include "tests/unit/unit.h"

#include "kernel/abi/elf.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/elf.h"

#define USER_LIMIT 0x7ffffffff000u
#define PHDRS 5

static struct elf64_ehdr header;
static struct elf64_phdr phdrs[PHDRS];
static struct elf_image image;

static void build(void)
{
    memset(&header, 0, sizeof(header));
    memcpy(header.e_ident, "\177ELF\2\1\1", 7);
    header.e_type = ET_EXEC;
    header.e_machine = EM_X86_64;
    header.e_version = EV_CURRENT;
    header.e_entry = 0x401020;
    header.e_phoff = 64;
    header.e_phentsize = 56;
    header.e_phnum = PHDRS;
    memset(phdrs, 0, sizeof(phdrs));
    phdrs[0] = (struct elf64_phdr){.p_type = PT_LOAD,
                                   .p_flags = PF_R,
                                   .p_vaddr = 0x400000,
                                   .p_filesz = 0x500,
                                   .p_memsz = 0x500,
                                   .p_align = 0x1000};
    phdrs[1] = (struct elf64_phdr){.p_type = PT_LOAD,
                                   .p_flags = PF_R | PF_X,
                                   .p_offset = 0x1000,
                                   .p_vaddr = 0x401000,
                                   .p_filesz = 0x123,
                                   .p_memsz = 0x123,
                                   .p_align = 0x10000};
    phdrs[2] = (struct elf64_phdr){.p_type = PT_LOAD,
                                   .p_flags = PF_R | PF_W,
                                   .p_offset = 0x1ff0,
                                   .p_vaddr = 0x402ff0,
                                   .p_filesz = 0x20,
                                   .p_memsz = 0x2345,
                                   .p_align = 0x1000};
    phdrs[3].p_type = PT_TLS;
    phdrs[4].p_type = PT_GNU_STACK;
    phdrs[4].p_flags = PF_R | PF_W;
}

/* Checks heap copies of exactly the right sizes. */
static int check(void)
{
    void *copy = unit_copy(&header, sizeof(header));
    int result = elf_check_header(copy, sizeof(header), &image);

    free(copy);
    if (result)
        return result;
    if (image.segment_count > PHDRS)
        return 1; /* more than this test has: the caller would read them from the file */
    copy = unit_copy(phdrs, image.table_size);
    result = elf_check_segments(copy, USER_LIMIT, &image);
    free(copy);
    return result;
}

static void test_good(void)
{
    build();
    CHECK_EQ(check(), 0);
    CHECK_EQ(image.entry, 0x401020);
    CHECK(!image.is_position_independent);
    CHECK_EQ(image.table_offset, 64);
    CHECK_EQ(image.table_size, PHDRS * 56);
    CHECK_EQ(image.segment_count, PHDRS);
    CHECK_EQ(image.low, 0x400000);
    CHECK_EQ(image.brk, 0x405335);
    CHECK_EQ(image.high, 0x406000);
    CHECK_EQ(image.alignment, 0x10000);
    CHECK_EQ(image.table_address, 0x400040);
    CHECK_EQ(image.interp, ELF_NO_SEGMENT);
    CHECK_EQ(image.tls, 3);
    CHECK(!image.stack_is_executable);
    header.e_type = ET_DYN;
    phdrs[0].p_vaddr = 0;
    phdrs[4].p_flags |= PF_X;
    CHECK_EQ(check(), 0);
    CHECK(image.is_position_independent);
    CHECK_EQ(image.low, 0);
    CHECK_EQ(image.table_address, 64);
    CHECK(image.stack_is_executable);
    header.e_phnum = 3;
    header.e_phoff = 0x5000;
    CHECK_EQ(check(), 0);
    CHECK(!image.stack_is_executable);
    CHECK_EQ(image.tls, ELF_NO_SEGMENT);
    CHECK_EQ(image.table_address, 0);
}

/* Expects that the image with one more change to the header is refused. */
#define CHECK_HEADER(change)         \
    do {                             \
        build();                     \
        change;                      \
        CHECK_EQ(check(), -ENOEXEC); \
    } while (0)

static void test_header(void)
{
    CHECK_HEADER(header.e_ident[0] = 0);
    CHECK_HEADER(header.e_ident[3] = 'f');
    CHECK_HEADER(header.e_type = ET_REL);
    CHECK_HEADER(header.e_type = ET_CORE);
    CHECK_HEADER(header.e_machine = 3);
    CHECK_HEADER(header.e_phentsize = 32);
    CHECK_HEADER(header.e_phnum = 0);
    CHECK_HEADER(header.e_phnum = 74);
    CHECK_HEADER(header.e_phnum = 0xffff);
    CHECK_HEADER(header.e_phoff = UINT64_MAX);
    CHECK_HEADER(header.e_phoff = INT64_MAX);
    build();
    header.e_phnum = 73;
    CHECK_EQ(elf_check_header(&header, sizeof(header), &image), 0);
    CHECK_EQ(image.table_size, 73 * 56);
    for (size_t size = 0; size < sizeof(header); size++) {
        void *copy = unit_copy(&header, size);

        CHECK_EQ(elf_check_header(copy, size, &image), -ENOEXEC);
        free(copy);
    }
}

#define CHECK_SEGMENT(result, change) \
    do {                              \
        build();                      \
        change;                       \
        CHECK_EQ(check(), result);    \
    } while (0)

static void test_loads(void)
{
    CHECK_SEGMENT(-EINVAL, phdrs[1].p_filesz = 0x124);
    CHECK_SEGMENT(-EINVAL, phdrs[1].p_vaddr = 0x401001);
    CHECK_SEGMENT(-EINVAL, phdrs[1].p_offset = 0x1800);
    CHECK_SEGMENT(0, phdrs[1].p_vaddr = 0x300000); /* any order */
    CHECK_EQ(image.low, 0x300000);
    CHECK_SEGMENT(0, phdrs[0].p_vaddr = 0x500000);
    CHECK_EQ(image.low, 0x401000);
    CHECK_EQ(image.brk, 0x500000 + phdrs[0].p_memsz);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_memsz = UINT64_MAX);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_vaddr = 0xffffffffffffeff0);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_vaddr = 0xffffffff80000ff0);
    CHECK_SEGMENT(0, phdrs[2].p_memsz = USER_LIMIT - 0x402ff0);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_memsz = USER_LIMIT - 0x402ff0 + 1);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_offset = 0xffffffffffffeff0);
    CHECK_SEGMENT(-EINVAL, phdrs[2].p_offset = 0x7fffffffffffeff0; phdrs[2].p_filesz = 0x2000);
    CHECK_SEGMENT(-EINVAL, phdrs[1].p_align = 1ull << 47);
    CHECK_SEGMENT(0, phdrs[1].p_align = 1ull << 46);
    CHECK_SEGMENT(0, phdrs[1].p_align = 0);
    CHECK_SEGMENT(0, phdrs[1].p_align = 0x123456789);
    CHECK_EQ(image.alignment, 0x1000);
}

static void test_segments(void)
{
    CHECK_SEGMENT(-EINVAL, phdrs[0].p_type = phdrs[1].p_type = phdrs[2].p_type = PT_NOTE);
    CHECK_SEGMENT(-EINVAL, memset(phdrs, 0, sizeof(phdrs)));
    CHECK_SEGMENT(0, phdrs[1].p_memsz = phdrs[1].p_filesz = phdrs[1].p_vaddr = 0);
    CHECK_SEGMENT(0, phdrs[2].p_filesz = 0; phdrs[2].p_offset = 7); /* bss alone */
    CHECK_SEGMENT(0, phdrs[3].p_type = PT_INTERP; phdrs[3].p_filesz = 28);
    CHECK_EQ(image.interp, 3);
    CHECK_SEGMENT(-ENOEXEC, phdrs[3].p_type = PT_INTERP; phdrs[3].p_filesz = 1);
    CHECK_SEGMENT(-ENOEXEC, phdrs[3].p_type = PT_INTERP; phdrs[3].p_filesz = 4097);
    /* An interpreter behind a bad segment is found all the same. */
    CHECK_SEGMENT(-EINVAL, phdrs[0].p_memsz = 0; phdrs[3].p_type = PT_INTERP;
                  phdrs[3].p_filesz = 28);
    CHECK_EQ(image.interp, 3);
    /* Two interpreters: as on Linux, the first counts. */
    CHECK_SEGMENT(0, phdrs[3].p_type = phdrs[4].p_type = PT_INTERP; phdrs[3].p_filesz = 28);
    CHECK_EQ(image.interp, 3);
}

/* What is accepted must keep every promise of elf_check_segments. */
static void check_promises(void)
{
    CHECK(image.low < image.high && image.high <= USER_LIMIT);
    CHECK(image.low % 4096 == 0 && image.high % 4096 == 0);
    CHECK(image.brk > image.low && image.brk <= image.high);
    CHECK(image.alignment >= 4096 && (image.alignment & (image.alignment - 1)) == 0);
    CHECK(image.interp < (int)image.segment_count && image.tls < (int)image.segment_count);
    for (unsigned i = 0; i < image.segment_count; i++) {
        const struct elf64_phdr *segment = &phdrs[i];
        uint64_t end = segment->p_vaddr + segment->p_memsz;

        if (segment->p_type != PT_LOAD || segment->p_memsz == 0)
            continue;
        CHECK(segment->p_filesz <= segment->p_memsz);
        CHECK(segment->p_vaddr >= image.low);
        CHECK(end > segment->p_vaddr && end <= image.brk);
        if (segment->p_filesz) {
            CHECK(segment->p_offset + segment->p_filesz >= segment->p_offset);
            CHECK((segment->p_vaddr - segment->p_offset) % 4096 == 0);
        }
    }
}

static void test_fuzz(void)
{
    unsigned accepted = 0;

    for (unsigned i = 0; i < 60000; i++) {
        size_t size = i % 3 ? sizeof(phdrs) : sizeof(header);

        build();
        unit_mutate(i % 3 ? (uint8_t *)phdrs : (uint8_t *)&header, &size);
        if (check() == 0) {
            check_promises();
            accepted++;
        }
    }
    CHECK(accepted > 5000 && accepted < 55000);
}

int main(void)
{
    UNIT_RUN(test_good);
    UNIT_RUN(test_header);
    UNIT_RUN(test_loads);
    UNIT_RUN(test_segments);
    UNIT_RUN(test_fuzz);
    return unit_result();
}
