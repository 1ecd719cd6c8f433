using System.Text.Json;
using MtlStudio.Core.Tokenizers.Pipelines;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>The special tokens by their roles.</summary>
internal sealed record SpecialTokenIds(int? Bos, int? Eos, int? Pad, int? Unknown)
{
    /// <summary>Reads the roles from tokenizer_config.json and, where that is silent, special_tokens_map.json. A token is text or an
    /// object with "content".</summary>
    public static SpecialTokenIds Read(ITokenizerPipeline pipeline, params IReadOnlyList<JsonPart> files)
    {
        return new(Role("bos_token"), Role("eos_token"), Role("pad_token"), Role("unk_token"));

        int? Role(string name)
        {
            foreach (var file in files)
            {
                if (file.Maybe(name) is not { } token) continue;
                var text = token.Element.ValueKind == JsonValueKind.Object ? token.Need("content").Text() : token.Text();
                return pipeline.IdOf(text)
                    ?? throw token.Fault($"names \"{text}\", which isn't in the vocabulary: name a token that is, or remove the entry");
            }
            return null;
        }
    }
}
