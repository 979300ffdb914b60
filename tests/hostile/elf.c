/*
 * Programs that are none: ELF files with lies in their headers. execve must refuse them or let them
 * die, as Linux does. elf(5).
 */
#include "tests/abi/abi.h"

#include <elf.h>

#define PAGE 4096UL
#define BASE 0x400000UL
#define USER_END 0x7ffffffff000UL

/* A program that exits with 42, all in one page. */
struct image {
    Elf64_Ehdr header;
    Elf64_Phdr segments[2];
    unsigned char code[16];
};

static const struct image good = {
    .header =
        {
            .e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
            .e_type = ET_EXEC,
            .e_machine = EM_X86_64,
            .e_version = EV_CURRENT,
            .e_entry = BASE + offsetof(struct image, code),
            .e_phoff = offsetof(struct image, segments),
            .e_ehsize = sizeof(Elf64_Ehdr),
            .e_phentsize = sizeof(Elf64_Phdr),
            .e_phnum = 2,
        },
    .segments =
        {
            {
                .p_type = PT_LOAD,
                .p_flags = PF_R | PF_X,
                .p_vaddr = BASE,
                .p_paddr = BASE,
                .p_filesz = sizeof(struct image),
                .p_memsz = sizeof(struct image),
                .p_align = PAGE,
            },
            {
                .p_type = PT_LOAD,
                .p_flags = PF_R | PF_W,
                .p_vaddr = BASE + 0x10000,
                .p_paddr = BASE + 0x10000,
                .p_filesz = 100,
                .p_memsz = 10000,
                .p_align = PAGE,
            },
        },
    /* mov edi, 42; mov eax, 60; syscall */
    .code = {0xbf, 42, 0, 0, 0, 0xb8, 60, 0, 0, 0, 0x0f, 0x05},
};

static struct image image;

static void write_image(const char *path, size_t size)
{
    int fd = (int)MUST(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755));

    MUST(write(fd, &image, size));
    MUST(close(fd));
}

/* Executes what the image has become, and shows how that ends. */
static void try_image(const char *what, size_t size)
{
    char *const argv[] = {(char[]){"image"}, NULL};

    write_image("image", size);
    IN_CHILD(what, execve("image", argv, argv + 1); say("execve: %s", errno_name(errno)));
    image = good;
}

#define TRY(change)                        \
    do {                                   \
        image = good;                      \
        change;                            \
        try_image(#change, sizeof(image)); \
    } while (0)

CASE(a_good_one)
{
    TRY((void)0);
}

CASE(identification)
{
    TRY(image.header.e_ident[EI_MAG0] = 0x7e);
    TRY(image.header.e_ident[EI_MAG3] = 'f');
    TRY(image.header.e_ident[EI_CLASS] = ELFCLASSNONE);
    TRY(image.header.e_ident[EI_DATA] = ELFDATA2MSB);
    TRY(image.header.e_ident[EI_VERSION] = 77);
    TRY(image.header.e_ident[EI_OSABI] = 77);
    TRY(image.header.e_type = ET_REL);
    TRY(image.header.e_type = ET_CORE);
    TRY(image.header.e_type = 0xffff);
    TRY(image.header.e_machine = EM_AARCH64);
    TRY(image.header.e_version = 77);
    TRY(image.header.e_flags = 0xffffffff);
    TRY(image.header.e_ehsize = 0);
    TRY(image.header.e_shoff = -1UL; image.header.e_shnum = 0xffff);
}

CASE(program_headers)
{
    TRY(image.header.e_phnum = 0);
    TRY(image.header.e_phnum = 1);
    TRY(image.header.e_phnum = 3);
    TRY(image.header.e_phnum = 0xffff);
    TRY(image.header.e_phentsize = 0);
    TRY(image.header.e_phentsize = 55);
    TRY(image.header.e_phentsize = 0xffff);
    TRY(image.header.e_phoff = 0);
    TRY(image.header.e_phoff = sizeof(image) - 1);
    TRY(image.header.e_phoff = 1 << 20);
    TRY(image.header.e_phoff = -1UL);
    TRY(image.header.e_phoff = INT64_MAX);
    TRY(image.header.e_phoff = -64UL);
}

CASE(entry_points)
{
    TRY(image.header.e_entry = 0);
    TRY(image.header.e_entry = BASE + 0x10000);
    TRY(image.header.e_entry = USER_END);
    TRY(image.header.e_entry = 0x800000000000);
    TRY(image.header.e_entry = 0xffffffff80000000);
    TRY(image.header.e_entry = -1UL);
}

CASE(segment_addresses)
{
    TRY(image.segments[0].p_vaddr = 0);
    TRY(image.segments[0].p_vaddr = 0x1000);
    TRY(image.segments[0].p_vaddr = BASE + 1);
    TRY(image.segments[1].p_vaddr = BASE);
    TRY(image.segments[1].p_vaddr = BASE + 0x10001);
    TRY(image.segments[1].p_vaddr = USER_END);
    TRY(image.segments[1].p_vaddr = USER_END - PAGE);
    TRY(image.segments[1].p_vaddr = 0x800000000000);
    TRY(image.segments[1].p_vaddr = 0xffffffff80000000);
    TRY(image.segments[1].p_vaddr = -PAGE);
    TRY(image.segments[1].p_vaddr = -1UL);
    TRY(image.segments[1].p_vaddr = BASE - 0x10000);
    TRY(image.segments[1].p_align = 3);
    TRY(image.segments[1].p_align = -1UL);
}

CASE(segment_sizes)
{
    TRY(image.segments[1].p_memsz = 0);
    TRY(image.segments[1].p_memsz = 99);
    TRY(image.segments[1].p_memsz = 1UL << 46);
    TRY(image.segments[1].p_memsz = 1UL << 47);
    TRY(image.segments[1].p_memsz = -1UL);
    TRY(image.segments[1].p_memsz = -PAGE);
    TRY(image.segments[1].p_filesz = -1UL; image.segments[1].p_memsz = -1UL);
    TRY(image.segments[1].p_filesz = 0);
    TRY(image.segments[1].p_filesz = 5000);
    TRY(image.segments[0].p_filesz = 0);
    TRY(image.segments[1].p_filesz = 0; image.segments[1].p_memsz = 0);
}

CASE(segment_offsets)
{
    TRY(image.segments[1].p_offset = 1);
    TRY(image.segments[1].p_offset = PAGE);
    TRY(image.segments[1].p_offset = 1UL << 40);
    TRY(image.segments[1].p_offset = -PAGE);
    TRY(image.segments[1].p_offset = INT64_MAX & -PAGE);
    TRY(image.segments[0].p_offset = PAGE);
}

CASE(segment_flags)
{
    TRY(image.segments[0].p_flags = 0);
    TRY(image.segments[0].p_flags = PF_R);
    TRY(image.segments[0].p_flags = PF_X);
    TRY(image.segments[0].p_flags = 0xffffffff);
    TRY(image.segments[1].p_flags = PF_R);
    TRY(image.segments[1].p_flags = 0);
}

CASE(interpreters)
{
    TRY(image.segments[1].p_type = PT_INTERP);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_filesz = 0);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_filesz = 1);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_filesz = 1 << 20);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_offset = -1UL);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_offset = INT64_MAX - 50);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_offset = 1 << 20);
    TRY(image.segments[0].p_memsz = 0; image.segments[1].p_type = PT_INTERP);
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_filesz = 8;
        image.segments[1].p_offset = offsetof(struct image, code) + 8;
        memcpy(image.code + 8, "missing", 8));
    TRY(image.segments[1].p_type = PT_INTERP; image.segments[1].p_filesz = 8;
        image.segments[1].p_offset = offsetof(struct image, code) + 8;
        memcpy(image.code + 8, "/dev/xx", 8));
}

CASE(other_segments)
{
    TRY(image.segments[1].p_type = PT_NULL);
    TRY(image.segments[1].p_type = 0x12345678);
    TRY(image.segments[1].p_type = PT_GNU_STACK; image.segments[1].p_memsz = -1UL);
    TRY(image.segments[1].p_type = PT_TLS; image.segments[1].p_memsz = -1UL);
    TRY(image.segments[1].p_type = PT_PHDR; image.segments[1].p_vaddr = -1UL);
    TRY(image.segments[0].p_type = PT_NULL; image.segments[1].p_type = PT_NULL);
}

CASE(cut_off)
{
    static const size_t sizes[] = {0,  1,  3,  4,       15,       16,
                                   63, 64, 65, 64 + 56, 64 + 111, sizeof(image) - 6};

    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        char what[32];

        snprintf(what, sizeof(what), "%zu bytes", sizes[i]);
        image = good;
        try_image(what, sizes[i]);
    }
}

/* The headers with bytes overwritten at random, by a seed that repeats. What counts is that the
 * kernel goes on. */
CASE(mutations)
{
    uint32_t seed = 4711;

    for (int round = 0; round < 400; round++) {
        char *const argv[] = {(char[]){"image"}, NULL};
        unsigned char *bytes = (unsigned char *)&image;
        pid_t pid;

        image = good;
        for (int change = 0; change <= round % 4; change++) {
            static const unsigned char values[] = {0, 1, 0x7f, 0x80, 0xff, 0x10, 0x40, 3};

            seed = seed * 1103515245 + 12345;
            bytes[16 + (seed >> 8) % (sizeof(image.header) + sizeof(image.segments) - 16)] =
                values[seed >> 24 & 7];
        }
        write_image("image", sizeof(image));
        pid = SPAWN(execve("image", argv, argv + 1));
        MUST(waitpid(pid, NULL, 0));
    }
    say("survived");
}
