; The probe, with a handler for signals, the way back from it, and the FPU's registers.

%include "probe.asm"

section .text
global handler, restorer, fpu_features, fpu_load, fpu_save

; The tests stop here, at a handler's first instruction.
handler:
    nop
    jmp     handler

; A frame's return address. Nothing runs here: the tests make the call themselves.
restorer:
    mov     eax, 15
    syscall

; RAX = XCR0. Changes RDX.
fpu_features:
    xor     ecx, ecx
    xgetbv
    jmp     stop

; All that the FPU has, from and to an XSAVE area at RDI. Change RDX.
fpu_load:
    mov     eax, -1
    mov     edx, -1
    xrstor64 [rdi]
    jmp     stop

fpu_save:
    mov     eax, -1
    mov     edx, -1
    xsave64 [rdi]
    jmp     stop
