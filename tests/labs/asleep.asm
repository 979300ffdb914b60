; A kernel that closes its eyes for ever: tests/labs/test_machine.py.
bits 32
section .text align=8
header:
    dd 0xe85250d6, 0, header_end - header, -(0xe85250d6 + header_end - header) ; multiboot2, 3.1.2
    dw 0, 0
    dd 8
header_end:

global _start
_start:
    cli
.sleep:
    hlt
    jmp     .sleep
