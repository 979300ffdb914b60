; The probe, and a way to call a function: RAX is its address, its arguments are set.

%include "probe.asm"

section .text
global call_function
call_function:
    call    rax
    jmp     stop
