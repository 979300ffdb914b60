/*
 * ELF64, as far as an executable needs it.
 *
 * See `man 5 elf`; System V ABI, AMD64 supplement.
 */
#ifndef LIMEN_ABI_ELF_H
#define LIMEN_ABI_ELF_H

#define EI_MAG0 0
#define EI_CLASS 4
#define EI_DATA 5
#define EI_VERSION 6
#define EI_OSABI 7
#define EI_NIDENT 16

#define ELFMAG "\177ELF"
#define SELFMAG 4
#define ELFCLASS64 2
#define ELFDATA2LSB 1
#define EV_CURRENT 1

#define ET_NONE 0
#define ET_REL 1
#define ET_EXEC 2
#define ET_DYN 3
#define ET_CORE 4

#define EM_X86_64 62

struct elf64_ehdr {
    unsigned char e_ident[EI_NIDENT];
    unsigned short e_type;
    unsigned short e_machine;
    unsigned int e_version;
    unsigned long e_entry;
    unsigned long e_phoff;
    unsigned long e_shoff;
    unsigned int e_flags;
    unsigned short e_ehsize;
    unsigned short e_phentsize;
    unsigned short e_phnum;
    unsigned short e_shentsize;
    unsigned short e_shnum;
    unsigned short e_shstrndx;
};
_Static_assert(sizeof(struct elf64_ehdr) == 64, "struct elf64_ehdr");

#define PT_NULL 0
#define PT_LOAD 1
#define PT_DYNAMIC 2
#define PT_INTERP 3
#define PT_NOTE 4
#define PT_PHDR 6
#define PT_TLS 7
#define PT_GNU_EH_FRAME 0x6474e550
#define PT_GNU_STACK 0x6474e551
#define PT_GNU_RELRO 0x6474e552
#define PT_GNU_PROPERTY 0x6474e553

#define PF_X 1
#define PF_W 2
#define PF_R 4

struct elf64_phdr {
    unsigned int p_type;
    unsigned int p_flags;
    unsigned long p_offset;
    unsigned long p_vaddr;
    unsigned long p_paddr;
    unsigned long p_filesz;
    unsigned long p_memsz;
    unsigned long p_align;
};
_Static_assert(sizeof(struct elf64_phdr) == 56, "struct elf64_phdr");

struct elf64_shdr {
    unsigned int sh_name;
    unsigned int sh_type;
    unsigned long sh_flags;
    unsigned long sh_addr;
    unsigned long sh_offset;
    unsigned long sh_size;
    unsigned int sh_link;
    unsigned int sh_info;
    unsigned long sh_addralign;
    unsigned long sh_entsize;
};
_Static_assert(sizeof(struct elf64_shdr) == 64, "struct elf64_shdr");

#define SHT_SYMTAB 2
#define SHT_STRTAB 3

struct elf64_sym {
    unsigned int st_name;
    unsigned char st_info;
    unsigned char st_other;
    unsigned short st_shndx;
    unsigned long st_value;
    unsigned long st_size;
};
_Static_assert(sizeof(struct elf64_sym) == 24, "struct elf64_sym");

#define SHN_UNDEF 0

#define DT_NULL 0
#define DT_HASH 4
#define DT_STRTAB 5
#define DT_SYMTAB 6
#define DT_RELA 7
#define DT_RELASZ 8
#define DT_RELAENT 9

struct elf64_dyn {
    long d_tag;
    unsigned long d_val;
};
_Static_assert(sizeof(struct elf64_dyn) == 16, "struct elf64_dyn");

#define R_X86_64_RELATIVE 8

struct elf64_rela {
    unsigned long r_offset;
    unsigned long r_info;
    long r_addend;
};
_Static_assert(sizeof(struct elf64_rela) == 24, "struct elf64_rela");

#endif
