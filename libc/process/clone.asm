; clone: a task that runs a function on a stack of its own.
;
; int clone(int (*function)(void *), void *stack, int flags, void *arg,
;           pid_t *parent_tid, void *tls, pid_t *child_tid)
;
; in:  RDI function, RSI stack (its upper end), EDX flags, RCX arg, R8 parent_tid, R9 tls,
;      [RSP + 8] child_tid
;
; The kernel's call takes flags, stack, parent_tid, child_tid, tls, and lets the child return here
; as well, with RAX 0 and the new RSP, on which it finds what it is to run:
;
;       RSP ->  function, arg

%include "kernel/abi/cfi.inc"
%include "gen/syscall_nr.inc"

EINVAL  equ     22

        extern  __syscall_return

        section .text.clone progbits alloc exec nowrite align=16
        global  clone:function (clone.end - clone)
clone:
        CFI_FUNCTION
        mov     rax, -EINVAL
        test    rdi, rdi
        jz      .failed
        test    rsi, rsi
        jz      .failed
        and     rsi, -16
        sub     rsi, 16
        mov     [rsi], rdi
        mov     [rsi + 8], rcx
        mov     edi, edx
        mov     rdx, r8
        mov     r10, [rsp + 8]
        mov     r8, r9
        mov     eax, __NR_clone
        syscall
        test    rax, rax
        jz      .child
.failed:
        mov     rdi, rax
        jmp     __syscall_return
        CFI_LOST rip
.child:
        xor     ebp, ebp                ; backtraces end here
        pop     rax
        pop     rdi
        call    rax
        mov     edi, eax
        mov     eax, __NR_exit
        syscall
        ud2
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
