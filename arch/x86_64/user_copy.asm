; Touching user memory: the only instructions of the kernel that may fault on a user address.
; STAC opens the door that SMAP keeps shut, CLAC shuts it; in between nothing but the copy runs.
; Each instruction that may fault is named to the exception table, with the place to go on at.

%include "arch/x86_64/entry.inc"

EFAULT equ 14

global arch_copy_from_user
global arch_copy_to_user
global arch_clear_user
global arch_copy_string_from_user
global arch_load_user_u32
global arch_compare_swap_user_u32

section .text progbits alloc exec nowrite align=16

; size_t arch_copy_from_user(void *to, const void __user *from, size_t size)
; size_t arch_copy_to_user(void __user *to, const void *from, size_t size)
; in: RDI = to, RSI = from, RDX = size; out: RAX = bytes not copied. Clobbers RCX RSI RDI RDX.
; Words first; a fault among them is gone over again byte by byte, so that the count is exact.
arch_copy_from_user:
arch_copy_to_user:
    CFI_FUNCTION
    mov rcx, rdx
    shr rcx, 3
    and edx, 7
    STAC_SITE
.words:
    rep movsq
.tail:
    mov ecx, edx
.bytes:
    rep movsb
.done:
    CLAC_SITE
    mov rax, rcx
    ret
.words_fault:
    lea rcx, [rdx + rcx * 8]
    jmp .bytes
    CFI_END
    EXTABLE .words, .words_fault
    EXTABLE .bytes, .done

; size_t arch_clear_user(void __user *to, size_t size)
; in: RDI = to, RSI = size; out: RAX = bytes not cleared. Clobbers RCX RDI RDX.
arch_clear_user:
    CFI_FUNCTION
    xor eax, eax
    mov rcx, rsi
    mov edx, esi
    shr rcx, 3
    and edx, 7
    STAC_SITE
.words:
    rep stosq
.tail:
    mov ecx, edx
.bytes:
    rep stosb
.done:
    CLAC_SITE
    mov rax, rcx
    ret
.words_fault:
    lea rcx, [rdx + rcx * 8]
    jmp .bytes
    CFI_END
    EXTABLE .words, .words_fault
    EXTABLE .bytes, .done

; ssize_t arch_copy_string_from_user(char *to, const char __user *from, size_t size)
; in: RDI = to, RSI = from, RDX = size; out: RAX = length without NUL, size if there was no NUL,
; -EFAULT. Clobbers RCX.
arch_copy_string_from_user:
    CFI_FUNCTION
    xor eax, eax
    STAC_SITE
.next:
    cmp rax, rdx
    je .done
.load:
    mov cl, [rsi + rax]
    mov [rdi + rax], cl
    test cl, cl
    jz .done
    inc rax
    jmp .next
.fault:
    mov rax, -EFAULT
.done:
    CLAC_SITE
    ret
    CFI_END
    EXTABLE .load, .fault

; int arch_load_user_u32(uint32_t *value, const uint32_t __user *from)
; in: RDI, RSI; out: EAX = 0 or -EFAULT. Clobbers RCX.
arch_load_user_u32:
    CFI_FUNCTION
    STAC_SITE
.load:
    mov ecx, [rsi]
    CLAC_SITE
    mov [rdi], ecx
    xor eax, eax
    ret
.fault:
    CLAC_SITE
    mov eax, -EFAULT
    ret
    CFI_END
    EXTABLE .load, .fault

; int arch_compare_swap_user_u32(uint32_t __user *at, uint32_t expected, uint32_t desired,
;                                uint32_t *found)
; in: RDI, ESI, EDX, RCX; out: EAX = 0 or -EFAULT, *found = what was there before.
arch_compare_swap_user_u32:
    CFI_FUNCTION
    mov eax, esi
    STAC_SITE
.swap:
    lock cmpxchg [rdi], edx
    CLAC_SITE
    mov [rcx], eax
    xor eax, eax
    ret
.fault:
    CLAC_SITE
    mov eax, -EFAULT
    ret
    CFI_END
    EXTABLE .swap, .fault
