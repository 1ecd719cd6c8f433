using MtlStudio.Core.Tokenizers.Normalizers;

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
        "ByteLevel" => new ByteLevelNormalizer(),
        var other => throw part.Fault($"has the type \"{other}\", which isn't known here: a file that newer software wrote may need a newer MtlStudio"),
    };
}
