; The end of a detached thread, which gives up the stack that it stands on: nothing may use it.
;
; _Noreturn void __thread_unmap_self(void *map, size_t bytes)
;
; in:  RDI and RSI as munmap takes them

%include "kernel/abi/cfi.inc"
%include "gen/syscall_nr.inc"

        section .text.__thread_unmap_self progbits alloc exec nowrite align=16
        global  __thread_unmap_self:function (__thread_unmap_self.end - __thread_unmap_self)
__thread_unmap_self:
        CFI_OUTERMOST
        mov     eax, __NR_munmap
        syscall
        xor     edi, edi
        mov     eax, __NR_exit
        syscall
        ud2
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
