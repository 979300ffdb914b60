; Where a signal handler returns to: back into the kernel, which restores what was interrupted.
;
; RSP points behind the handler's return address, at struct ucontext. Debuggers and unwinders know
; a signal frame by these very instructions (mov rax, 15; syscall).

%include "gen/syscall_nr.inc"

        section .text.__restore_rt progbits alloc exec nowrite align=16
        global  __restore_rt:function (__restore_rt.end - __restore_rt)
__restore_rt:
        mov     rax, strict qword __NR_rt_sigreturn
        syscall
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
