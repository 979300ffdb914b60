; The multiboot2 header: how GRUB knows this image (Multiboot2 Specification 2.0, section 3.1).
; It must lie in the first 32 KiB of the file; the linker script puts it first.

MAGIC           equ 0xe85250d6
ARCH_I386       equ 0               ; entered in 32-bit protected mode
TAG_END         equ 0
TAG_REQUEST     equ 1               ; 3.1.3: information the kernel can't do without
TAG_ALIGN       equ 6               ; 3.1.13: modules on page boundaries
TAG_CONSOLE     equ 4               ; 3.1.9: what kinds of screen we can use
TAG_FRAMEBUFFER equ 5               ; 3.1.10
OPTIONAL        equ 1
CONSOLE_TEXT    equ 1 << 1          ; EGA text mode is fine
BITS_PER_PIXEL  equ 32
INFO_MEMORY_MAP equ 6

section .multiboot2 progbits alloc noexec nowrite align=8

header:
    dd MAGIC
    dd ARCH_I386
    dd header_end - header
    dd -(MAGIC + ARCH_I386 + (header_end - header))

    align 8
request:
    dw TAG_REQUEST, 0
    dd request_end - request
    dd INFO_MEMORY_MAP
request_end:

    align 8
    dw TAG_ALIGN, 0
    dd 8

    align 8
    dw TAG_CONSOLE, OPTIONAL
    dd 12
    dd CONSOLE_TEXT

    align 8
framebuffer:
    dw TAG_FRAMEBUFFER, OPTIONAL
    dd framebuffer_end - framebuffer
    dd 0, 0, BITS_PER_PIXEL         ; any width and height
framebuffer_end:

    align 8
    dw TAG_END, 0
    dd 8
header_end:
