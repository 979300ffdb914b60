; syscall: any call by number.
;
; long syscall(long number, ...)    in: RDI number, RSI, RDX, RCX, R8, R9, [RSP + 8] its arguments
;
; One register on: the first argument of the call is our second.

%include "kernel/abi/cfi.inc"

        extern  __syscall_return

        section .text.syscall progbits alloc exec nowrite align=16
        global  syscall:function (syscall.end - syscall)
syscall:
        CFI_FUNCTION
        mov     rax, rdi
        mov     rdi, rsi
        mov     rsi, rdx
        mov     rdx, rcx
        mov     r10, r8
        mov     r8, r9
        mov     r9, [rsp + 8]
        syscall
        mov     rdi, rax
        jmp     __syscall_return
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
