/**
 * Colours at even distances along each map, first to last; between them a map is a straight line,
 * which keeps within 7 of 255 of the published tables.
 *
 * Source: viridis, magma, inferno and plasma by N. Smith and S. van der Walt, twilight by
 * B. Bechtold, both given to the public domain (CC0). Cividis by J. Nuñez, C. Anderton and
 * R. Renslow (PLOS ONE 13(7), e0199239, free of all copyright). Turbo by A. Mikhailov (Google,
 * Apache-2.0). Coolwarm is computed from its two end colours as K. Moreland describes it ("Diverging
 * Color Maps for Scientific Visualization", 2009).
 *
 * @type {Record<string, string>}
 */
export const ANCHORS = {
  viridis: `
    440154 471163 481f71 472d7b 443a83 404688 3b528b 355d8d 31688e 2c728e 287c8e 24868e 21908c
    1f9a8a 20a486 28ae80 35b779 47c06f 5dc963 75d054 8fd744 abdc32 c7e020 e3e418 fde725`,
  magma: `
    000004 050417 100c2d 1d1146 2d1160 3f0f73 50127c 611980 721f81 822681 932b80 a4317e b63779
    c73d73 d7456c e65163 f1605d f8735c fb8761 fd9b6b feaf78 fec387 fed698 fde9ab fcfdbf`,
  inferno: `
    000004 050418 110a30 210c4a 330a5e 450a69 57106d 68166e 781c6d 89226a 9a2865 ab2f5e bb3755
    ca404a d84c3f e35932 ed6925 f47a17 f98d0a fca108 fcb519 f9ca32 f4de52 f2f17b fcffa4`,
  plasma: `
    0d0887 270592 3b049a 4c02a1 5d01a6 6e00a8 7e03a8 8d0ba4 9c179e a92396 b52f8c c13b82 cb4778
    d5536f dd5f65 e66c5c ed7953 f3864a f89441 fba338 fdb32f fdc328 fbd524 f6e626 f0f921`,
  cividis: `
    00224e 002a60 003171 1a386f 2b406d 38476c 434e6c 4d566c 575d6d 61656f 6a6c71 737475 7c7b78
    868379 908b78 9b9376 a59c74 b0a471 bbad6c c6b667 d2bf60 ddc958 e9d24e f5dc40 fee838`,
  turbo: `
    30123b 3c3183 434fbb 466be3 4686fa 3ba1fd 29bbec 1ad2d1 1ae4b6 31f299 56fb75 80ff54 a3fd3c
    bff434 d8e436 edd03a faba39 fe9f2f fb8022 f26114 e4460b d23105 ba1f02 9d1001 7a0403`,
  coolwarm: `
    3b4cc0 475ed0 5470de 6282ea 7092f3 7ea2fa 8db0fe 9cbcff aac7fd b8d0f9 c5d6f2 d2dbe9 dddddd
    e7d7cd efcfbd f5c4ad f7b89c f7aa8b f49a7b ef886b e8755b de614c d24a3f c43032 b40426`,
  twilight: `
    e2d9e2 d1d4da b3c6ce 94b4c7 7ba1c2 6b8cbf 6275ba 5f5db2 5e44a5 592a8f 4e186e 3c114c 2f1437
    3f113c 581647 741e4f 8d2b50 a23f50 b25652 be6f5b c6896c cca388 d3bbab ddcfce e2d9e2`,
  greys: "000000 ffffff",
};
