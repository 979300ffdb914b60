; The first instructions of every program.
;
; The kernel enters with RSP at argc and every other register without meaning to us (System V ABI,
; AMD64 supplement, 3.4.1: RDX may hold a function for atexit; Linux and Limen pass 0):
;
;       RSP ->  argc, argv[0] ... argv[argc - 1], NULL, envp[0] ..., NULL, auxv ..., AT_NULL, 0
;
; _Noreturn void __libc_start(unsigned long *stack)     libc/crt/start.c

%include "kernel/abi/cfi.inc"

        extern  __libc_start

        section .text
        global  _start:function (_start.end - _start)
_start:
        CFI_OUTERMOST
        xor     ebp, ebp                ; the outermost frame: backtraces end here
        mov     rdi, rsp
        and     rsp, -16
        call    __libc_start
        ud2
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
