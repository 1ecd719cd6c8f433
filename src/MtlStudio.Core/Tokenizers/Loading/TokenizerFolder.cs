using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.Pipelines;
using MtlStudio.Core.Tokenizers.SentencePiece;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Finds and reads the tokenizer files of a model folder.</summary>
internal static class TokenizerFolder
{
    private const string Json = "tokenizer.json", Config = "tokenizer_config.json", Map = "special_tokens_map.json";

    /// <exception cref="InvalidInputException">None there, or one that can't be read.</exception>
    public static Tokenizer Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException("model", $"The folder {folder} doesn't exist: give the folder of a model");
        if (Find(folder, Json) is { } json) return LoadJson(folder, json);
        if (Find(folder, "tokenizer-vocab.json") is { } vocabulary)
            return LoadSentencePiece(Llama2cVocabulary.ReadJson(vocabulary, "tokenizer-vocab.json"), ("tokenizer-vocab.json", vocabulary));
        if (Directory.EnumerateFiles(folder, "tok*.bin").Order(StringComparer.Ordinal).FirstOrDefault() is { } binary)
        {
            var (name, data) = (Path.GetFileName(binary), File.ReadAllBytes(binary));
            return LoadSentencePiece(Llama2cVocabulary.ReadBinary(data, name), (name, data));
        }
        throw new InvalidInputException(
            "model", $"The folder {folder} has no tokenizer: copy tokenizer.json (or tokenizer.model) into it from where the model came from");
    }

    private static byte[]? Find(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }

    private static Tokenizer LoadJson(string folder, byte[] json)
    {
        var pipeline = TokenizerJson.Read(json, Json);
        List<(string Name, byte[] Data)> files = [(Json, json)];
        List<JsonDocument> documents = [];
        foreach (var name in new[] { Config, Map })
        {
            if (Find(folder, name) is not { } data) continue;
            files.Add((name, data));
            documents.Add(TokenizerJson.Parse(data, name));
        }
        var special = SpecialTokenIds.Read(pipeline, [.. documents.Select((document, i) => JsonPart.Root(document.RootElement, files[i + 1].Name))]);
        documents.ForEach(document => document.Dispose());
        return new(pipeline, special, Hash(files));
    }

    private static Tokenizer LoadSentencePiece(SentencePieceModel model, params IReadOnlyList<(string Name, byte[] Data)> files)
    {
        ITokenizerPipeline pipeline = new SentencePiecePipeline(model, model.BosId is { } bos ? [bos] : [], []);
        return new(pipeline, new(model.BosId, model.EosId, model.PadId, model.UnknownId), Hash(files));
    }

    /// <summary>Over name, length and bytes of each file.</summary>
    private static string Hash(IReadOnlyList<(string Name, byte[] Data)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, data) in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}\n{data.Length}\n"));
            hash.AppendData(data);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
