; Jumps out of functions: struct limen_jump (libc/include/setjmp.h) keeps what a callee must keep.
;
;       0 RBX   8 RBP   16 R12   24 R13   32 R14   40 R15   48 RSP   56 RIP   64 mask_saved
;
; RSP and RIP are those of the moment after the return, which a jump repeats.

JUMP_RBX        equ     0
JUMP_RBP        equ     8
JUMP_R12        equ     16
JUMP_R13        equ     24
JUMP_R14        equ     32
JUMP_R15        equ     40
JUMP_RSP        equ     48
JUMP_RIP        equ     56
JUMP_MASK_SAVED equ     64

%include "kernel/abi/cfi.inc"

        extern  __sigsetjmp_save

; int setjmp(jmp_buf place)     in: RDI place; RAX 0, or what longjmp was given

        section .text.setjmp progbits alloc exec nowrite align=16
        global  setjmp:function (setjmp.end - setjmp)
        global  _setjmp:function (setjmp.end - setjmp)
_setjmp:
setjmp:
        CFI_FUNCTION
        mov     qword [rdi + JUMP_MASK_SAVED], 0
        call    registers_save
        xor     eax, eax
        ret
        CFI_END
.end:

; int sigsetjmp(sigjmp_buf place, int save_mask)     in: RDI place, ESI save_mask
;
; __sigsetjmp_save(place, save_mask) looks after the mask and returns 0: for us, to our caller.

        align   16
        global  sigsetjmp:function (sigsetjmp.end - sigsetjmp)
sigsetjmp:
        CFI_FUNCTION
        call    registers_save
        jmp     __sigsetjmp_save
        CFI_END
.end:

; in: RDI place, [RSP + 8] the return address of the function that calls this; clobbers RAX

        align   16
registers_save:
        CFI_FUNCTION
        mov     [rdi + JUMP_RBX], rbx
        mov     [rdi + JUMP_RBP], rbp
        mov     [rdi + JUMP_R12], r12
        mov     [rdi + JUMP_R13], r13
        mov     [rdi + JUMP_R14], r14
        mov     [rdi + JUMP_R15], r15
        lea     rax, [rsp + 16]
        mov     [rdi + JUMP_RSP], rax
        mov     rax, [rsp + 8]
        mov     [rdi + JUMP_RIP], rax
        ret
        CFI_END

; _Noreturn void __jump(struct limen_jump *place, int value)     in: RDI place, ESI value, not 0

        align   16
        global  __jump:function (__jump.end - __jump)
__jump:
        CFI_FUNCTION
        mov     eax, esi
        mov     rbx, [rdi + JUMP_RBX]
        mov     rbp, [rdi + JUMP_RBP]
        mov     r12, [rdi + JUMP_R12]
        mov     r13, [rdi + JUMP_R13]
        mov     r14, [rdi + JUMP_R14]
        mov     r15, [rdi + JUMP_R15]
        mov     rsp, [rdi + JUMP_RSP]
        jmp     [rdi + JUMP_RIP]
        CFI_END
.end:

        section .note.GNU-stack noalloc noexec nowrite progbits
