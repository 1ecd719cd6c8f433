using MtlStudio.Core.Tokenizers.Decoders;
using MtlStudio.Core.Tokenizers.PreTokenizers;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the decoder of a tokenizer.json.</summary>
internal static class DecoderReader
{
    public static IDecoder Read(JsonPart part) => part.Need("type").Text() switch
    {
        "Sequence" => new SequenceDecoder([.. part.Need("decoders").Items().Select(Read)]),
        "ByteLevel" => new ByteLevelDecoder(),
        "ByteFallback" => new ByteFallbackDecoder(),
        "Fuse" => new FuseDecoder(),
        "Strip" => new StripDecoder(part.Need("content").Text(), part.Need("start").Integer(), part.Need("stop").Integer()),
        "Replace" => new ReplaceDecoder(PatternReader.Read(part.Need("pattern")), part.Need("content").Text()),
        "Metaspace" => new MetaspaceDecoder(part.Text("replacement") ?? "\u2581", PreTokenizerReader.Scheme(part) != PrependScheme.Never),
        "WordPiece" => new WordPieceDecoder(part.Text("prefix") ?? "##", part.Flag("cleanup", true)),
        "BPEDecoder" => new EndSuffixDecoder(part.Text("suffix") ?? "</w>"),
        "CTC" => new CtcDecoder(part.Text("pad_token") ?? "<pad>", part.Text("word_delimiter_token") ?? "|", part.Flag("cleanup", true)),
        var other => throw part.Fault($"has the type \"{other}\", which isn't known here: a file that newer software wrote may need a newer MtlStudio"),
    };
}
