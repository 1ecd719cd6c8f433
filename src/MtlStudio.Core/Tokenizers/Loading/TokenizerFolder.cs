using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.SentencePiece;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Finds and reads the tokenizer files of a model folder.</summary>
internal static class TokenizerFolder
{
    private const string Json = "tokenizer.json", Config = "tokenizer_config.json", Map = "special_tokens_map.json", Model = "tokenizer.model";

    /// <exception cref="InvalidInputException">None there, or one that can't be read.</exception>
    public static Tokenizer Load(string folder)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException("model", $"The folder {folder} doesn't exist: give the folder of a model");
        if (Find(folder, Json) is { } json) return LoadJson(folder, json);
        if (Find(folder, Model) is { } model) return LoadSentencePiece(folder, SentencePieceModelReader.Read(model, Model), (Model, model));
        if (Find(folder, "tokenizer-vocab.json") is { } vocabulary)
            return LoadSentencePiece(folder, Llama2cVocabulary.ReadJson(vocabulary, "tokenizer-vocab.json"), ("tokenizer-vocab.json", vocabulary));
        if (Directory.EnumerateFiles(folder, "tok*.bin").Order(StringComparer.Ordinal).FirstOrDefault() is { } binary)
        {
            var (name, data) = (Path.GetFileName(binary), File.ReadAllBytes(binary));
            return LoadSentencePiece(folder, Llama2cVocabulary.ReadBinary(data, name), (name, data));
        }
        if (Find(folder, Gpt2Vocabulary.VocabularyFile) is { } tokens && Find(folder, Gpt2Vocabulary.MergesFile) is { } merges) return LoadGpt2(folder, tokens, merges);
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
        using var side = new SideFiles(folder);
        return new(pipeline, SpecialTokenIds.Read(pipeline, side.Parts), Hash([(Json, json), .. side.Files]));
    }

    /// <summary>Without side files GPT-2's end of text is BOS and EOS.</summary>
    private static Tokenizer LoadGpt2(string folder, byte[] tokens, byte[] merges)
    {
        var pipeline = Gpt2Vocabulary.Read(tokens, merges);
        using var side = new SideFiles(folder);
        var end = pipeline.IdOf(Gpt2Vocabulary.EndOfText);
        var special = side.Parts.Count > 0 ? SpecialTokenIds.Read(pipeline, side.Parts) : new(end, end, null, null);
        return new(pipeline, special, Hash([(Gpt2Vocabulary.VocabularyFile, tokens), (Gpt2Vocabulary.MergesFile, merges), .. side.Files]));
    }

    /// <summary>The model itself says nothing of tokens around a text: BOS is put before it where there is one, unless tokenizer_config.json
    /// says otherwise (add_bos_token, add_eos_token).</summary>
    private static Tokenizer LoadSentencePiece(string folder, SentencePieceModel model, (string Name, byte[] Data) file)
    {
        using var side = new SideFiles(folder);
        var named = SpecialTokenIds.Read(new SentencePiecePipeline(model, [], []), side.Parts);
        var special = new SpecialTokenIds(named.Bos ?? model.BosId, named.Eos ?? model.EosId, named.Pad ?? model.PadId, named.Unknown ?? model.UnknownId);
        var pipeline = new SentencePiecePipeline(
            model,
            special.Bos is { } bos && side.Flag("add_bos_token", otherwise: true) ? [bos] : [],
            special.Eos is { } eos && side.Flag("add_eos_token", otherwise: false) ? [eos] : []);
        return new(pipeline, special, Hash([file, .. side.Files]));
    }

    /// <summary>tokenizer_config.json and special_tokens_map.json, those that are there.</summary>
    private sealed class SideFiles : IDisposable
    {
        private readonly List<JsonDocument> _documents = [];

        public SideFiles(string folder)
        {
            foreach (var name in new[] { Config, Map })
            {
                if (Find(folder, name) is not { } data) continue;
                Files.Add((name, data));
                _documents.Add(TokenizerJson.Parse(data, name));
            }
            Parts = [.. _documents.Select((document, i) => JsonPart.Root(document.RootElement, Files[i].Name))];
        }

        public List<(string Name, byte[] Data)> Files { get; } = [];

        public IReadOnlyList<JsonPart> Parts { get; }

        public bool Flag(string name, bool otherwise) => Parts.Count > 0 && Files[0].Name == Config ? Parts[0].Flag(name, otherwise) : otherwise;

        public void Dispose() => _documents.ForEach(document => document.Dispose());
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
