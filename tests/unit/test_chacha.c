/* Unit test of kernel/lib/chacha: the vectors of RFC 8439, and properties of the generator. */
#include "tests/unit/unit.h"

#include "kernel/lib/chacha.h"

static void check_block(const uint8_t key[32], uint32_t counter, const uint8_t nonce[12],
                        const char *wanted_hex)
{
    uint8_t block[CHACHA_BLOCK_SIZE];
    char hex[2 * CHACHA_BLOCK_SIZE + 1];
    uint32_t key_words[8], nonce_words[3];

    memcpy(key_words, key, 32);
    memcpy(nonce_words, nonce, 12);
    chacha20_block(key_words, counter, nonce_words, block);
    for (size_t i = 0; i < CHACHA_BLOCK_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", block[i]);
    CHECK_STR(hex, wanted_hex);
}

static void test_rfc_vectors(void)
{
    uint8_t key[32], nonce[12] = {0};

    for (unsigned i = 0; i < 32; i++)
        key[i] = (uint8_t)i;
    nonce[3] = 0x09;
    nonce[7] = 0x4a;
    check_block(key, 1, nonce, /* 2.3.2 */
                "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
                "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e");
    memset(key, 0, sizeof(key));
    memset(nonce, 0, sizeof(nonce));
    check_block(key, 0, nonce, /* A.1, 1 */
                "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
    check_block(key, 1, nonce, /* A.1, 2 */
                "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
    key[31] = 1;
    check_block(key, 1, nonce, /* A.1, 3 */
                "3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0");
    key[31] = 0;
    key[1] = 0xff;
    check_block(key, 2, nonce, /* A.1, 4 */
                "72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
                "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096");
    key[1] = 0;
    nonce[11] = 2;
    check_block(key, 0, nonce, /* A.1, 5 */
                "c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
                "8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d");
}

/* Output is the key stream behind the first 32 bytes, which become the next key. */
static void test_fill_is_the_stream(void)
{
    struct chacha_random random = {{0}};
    uint8_t stream[4 * CHACHA_BLOCK_SIZE];
    uint8_t out[sizeof(stream) - CHACHA_KEY_SIZE];
    uint32_t key[8] = {0}, nonce[3] = {0};

    chacha_random_mix(&random, "seed", 4);
    for (size_t size = 0; size <= sizeof(out); size++) {
        memcpy(key, random.key, sizeof(key));
        for (uint32_t i = 0; i < 4; i++)
            chacha20_block(key, i, nonce, stream + i * CHACHA_BLOCK_SIZE);
        memset(out, 0xa5, sizeof(out));
        chacha_random_fill(&random, 0, out, size);
        CHECK_MEM(random.key, stream, CHACHA_KEY_SIZE);
        CHECK_MEM(out, stream + CHACHA_KEY_SIZE, size);
        if (size < sizeof(out))
            CHECK_EQ(out[size], 0xa5);
    }
}

static void test_mix(void)
{
    struct chacha_random a = {{0}}, b = {{0}};
    uint8_t entropy[100], out_a[32], out_b[32];

    memset(entropy, 0x11, sizeof(entropy));
    chacha_random_mix(&a, entropy, sizeof(entropy));
    chacha_random_mix(&b, entropy, sizeof(entropy));
    CHECK_MEM(a.key, b.key, sizeof(a.key));
    for (size_t i = 0; i < sizeof(entropy); i++) {
        struct chacha_random other = {{0}};

        entropy[i] ^= 1;
        chacha_random_mix(&other, entropy, sizeof(entropy));
        CHECK(memcmp(other.key, a.key, sizeof(a.key)) != 0);
        entropy[i] ^= 1;
    }
    chacha_random_fill(&a, 0, out_a, sizeof(out_a));
    chacha_random_fill(&b, 0, out_b, sizeof(out_b));
    CHECK_MEM(out_a, out_b, sizeof(out_a));
    chacha_random_fill(&a, 0, out_b, sizeof(out_b));
    CHECK(memcmp(out_a, out_b, sizeof(out_a)) != 0);
}

/* Of two generators in the same state, asked at different times, neither output nor state agree. */
static void test_time_counts(void)
{
    struct chacha_random early = {{1}}, late = {{1}};
    uint8_t out_early[8], out_late[8];

    chacha_random_fill(&early, 1ul << 32, out_early, sizeof(out_early));
    chacha_random_fill(&late, 1ul << 33, out_late, sizeof(out_late));
    CHECK(memcmp(out_early, out_late, sizeof(out_early)) != 0);
    CHECK(memcmp(early.key, late.key, sizeof(early.key)) != 0);
}

int main(void)
{
    UNIT_RUN(test_rfc_vectors);
    UNIT_RUN(test_fill_is_the_stream);
    UNIT_RUN(test_mix);
    UNIT_RUN(test_time_counts);
    return unit_result();
}
