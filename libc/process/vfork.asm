; vfork: the child runs on the parent's stack until it execs or exits.
;
; pid_t vfork(void)
;
; Both return from here, the child first, and whatever it calls afterwards overwrites our return
; address on the shared stack: so it waits in RDX, which the kernel keeps for each of them.

%include "kernel/abi/cfi.inc"
%include "gen/syscall_nr.inc"

        extern  __syscall_return

        section .text.vfork progbits alloc exec nowrite align=16
        global  vfork:function (vfork.end - vfork)
vfork:
        CFI_FUNCTION
        pop     rdx
        CFI_CFA CFI_rsp, 0
        CFI_RULE DW_CFA_register, CFI_rip, CFI_rdx
        mov     eax, __NR_vfork
        syscall
        push    rdx
        CFI_CFA CFI_rsp, 1
        CFI_RULE DW_CFA_offset_extended, CFI_rip, 1
        mov     rdi, rax
        jmp     __syscall_return
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
