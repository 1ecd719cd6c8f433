using System.Text;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tokenizers.AddedTokens;
using MtlStudio.Core.Tokenizers.Decoders;
using MtlStudio.Core.Tokenizers.Models;
using MtlStudio.Core.Tokenizers.Pipelines;
using MtlStudio.Core.Tokenizers.PreTokenizers;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads GPT-2's own files: <c>vocab.json</c> (token to id) and <c>merges.txt</c> (a pair a line, after a version line).</summary>
internal static class Gpt2Vocabulary
{
    public const string EndOfText = "<|endoftext|>", VocabularyFile = "vocab.json", MergesFile = "merges.txt";

    /// <exception cref="InvalidInputException">Not such files, or those of another kind of tokenizer.</exception>
    public static HuggingFacePipeline Read(byte[] vocabularyJson, byte[] merges)
    {
        using var document = TokenizerJson.Parse(vocabularyJson, VocabularyFile);
        var vocabulary = ModelReader.Vocabulary(JsonPart.Root(document.RootElement, VocabularyFile));
        var end = vocabulary.IdOf(EndOfText);
        if (end < 0)
            throw new InvalidInputException(VocabularyFile, $"holds no {EndOfText}, so it isn't GPT-2's: copy tokenizer.json, which says how its texts are split");
        List<(int Left, int Right, int Rank, int Result)> pairs = [];
        var number = 0;
        foreach (var line in Encoding.UTF8.GetString(merges).Split('\n'))
        {
            number++;
            if (line.TrimEnd('\r') is not { Length: > 0 } pair || number == 1 && pair.StartsWith("#version", StringComparison.Ordinal)) continue;
            var space = pair.IndexOf(' ', StringComparison.Ordinal);
            var (left, right, result) = space < 0 ? (-1, -1, -1)
                : (vocabulary.IdOf(pair.AsSpan(0, space)), vocabulary.IdOf(pair.AsSpan(space + 1)), vocabulary.IdOf(pair.Remove(space, 1)));
            if (left < 0 || right < 0 || result < 0)
                throw new InvalidInputException(MergesFile, $"line {number} (\"{pair}\") isn't a pair of tokens of {VocabularyFile}: both files must come from the same training");
            pairs.Add((left, right, pairs.Count, result));
        }
        return new(
            new BpeModel(vocabulary, pairs, new()),
            [new(end, EndOfText, SingleWord: false, StripLeft: false, StripRight: false, Normalized: false, Special: true)],
            normalizer: null, new ByteLevelPreTokenizer(addPrefixSpace: false, useRegex: true), postProcessor: null, new ByteLevelDecoder());
    }
}
