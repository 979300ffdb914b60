; The probe, with the older door beside the newer one.

%include "probe.asm"

section .text
global gate

; A system call by INT 80h: EAX is i386's number, EBX the first argument.
gate:
    int     0x80
    jmp     stop
