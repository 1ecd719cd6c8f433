using MtlStudio.Core.Tokenizers.Normalizers;
using MtlStudio.Core.Tokenizers.SentencePiece;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the normalizer of a tokenizer.json.</summary>
internal static class NormalizerReader
{
    public static INormalizer Read(JsonPart part) => part.Need("type").Text() switch
    {
        "Sequence" => new SequenceNormalizer([.. part.Need("normalizers").Items().Select(Read)]),
        "NFC" => new UnicodeNormalizer(compatible: false, compose: true),
        "NFD" => new UnicodeNormalizer(compatible: false, compose: false),
        "NFKC" => new UnicodeNormalizer(compatible: true, compose: true),
        "NFKD" => new UnicodeNormalizer(compatible: true, compose: false),
        "Lowercase" => new LowercaseNormalizer(),
        "StripAccents" => CharacterNormalizers.StripAccents(),
        "Nmt" => CharacterNormalizers.Nmt(),
        "Strip" => new StripNormalizer(part.Flag("strip_left", true), part.Flag("strip_right", true)),
        "Prepend" => new PrependNormalizer(part.Need("prepend").Text()),
        "Replace" => new ReplaceNormalizer(PatternReader.Read(part.Need("pattern")), part.Need("content").Text()),
        "BertNormalizer" => new BertNormalizer(
            part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true),
            part.Maybe("strip_accents") is null ? null : part.Flag("strip_accents", false), part.Flag("lowercase", true)),
        "Precompiled" => new PrecompiledNormalizer(Rules(part.Need("precompiled_charsmap"))),
        "ByteLevel" => new ByteLevelNormalizer(),
        var other => throw part.Fault($"has the type \"{other}\", which isn't known here: a file that newer software wrote may need a newer MtlStudio"),
    };

    private static Charsmap Rules(JsonPart part)
    {
        try
        {
            return new(Convert.FromBase64String(part.Text()));
        }
        catch (Exception fault) when (fault is FormatException or InvalidDataException)
        {
            throw part.Fault($"isn't a precompiled charsmap: {fault.Message}");
        }
    }
}
