; vfork: the child runs on the parent's stack until it execs or exits.
;
; pid_t vfork(void)
;
; Both return from here, the child first, and whatever it calls afterwards overwrites our return
; address on the shared stack: so it waits in RDX, which the kernel keeps for each of them.

%include "gen/syscall_nr.inc"

        extern  __syscall_return

        section .text.vfork progbits alloc exec nowrite align=16
        global  vfork:function (vfork.end - vfork)
vfork:
        pop     rdx
        mov     eax, __NR_vfork
        syscall
        push    rdx
        mov     rdi, rax
        jmp     __syscall_return
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
