using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.AddedTokens;
using MtlStudio.Core.Tokenizers.Models;
using MtlStudio.Core.Tokenizers.Pipelines;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads a tokenizer.json of Hugging Face's tokenizers library. Its truncation and padding sections are left alone: lengths are the
/// run's business.</summary>
internal static class TokenizerJson
{
    /// <param name="file">The name that messages use.</param>
    /// <exception cref="InvalidInputException">Not JSON, or a part that can't be read.</exception>
    public static HuggingFacePipeline Read(byte[] json, string file)
    {
        using var document = Parse(json, file);
        var root = JsonPart.Root(document.RootElement, file);
        var model = ModelReader.Read(root.Need("model"));
        var added = root.Maybe("added_tokens") is { } tokens ? tokens.Items().Select(token => Added(token, model.Vocabulary)).ToList() : [];
        return new(
            model, added,
            root.Maybe("normalizer") is { } normalizer ? NormalizerReader.Read(normalizer) : null,
            root.Maybe("pre_tokenizer") is { } pre ? PreTokenizerReader.Read(pre) : null,
            root.Maybe("post_processor") is { } post ? PostProcessorReader.Read(post) : null,
            root.Maybe("decoder") is { } decoder ? DecoderReader.Read(decoder) : null);
    }

    /// <exception cref="InvalidInputException">Not JSON.</exception>
    public static JsonDocument Parse(byte[] json, string file)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException fault)
        {
            throw new InvalidInputException(file, $"isn't valid JSON (line {fault.LineNumber + 1}): copy the file again from where the model came from");
        }
    }

    /// <summary>A token that the model knows keeps the model's id.</summary>
    private static AddedToken Added(JsonPart part, Vocabulary vocabulary)
    {
        var content = part.Need("content").Text();
        var id = vocabulary.IdOf(content) is >= 0 and var known ? known : part.Need("id").Integer();
        if (id is < 0 or > 1 << 27) throw part.Fault($"must have an id from 0 to {1 << 27} (it is {id})");
        return new(
            id, content, part.Flag("single_word", false), part.Flag("lstrip", false), part.Flag("rstrip", false),
            part.Flag("normalized", true), part.Flag("special", false));
    }
}
