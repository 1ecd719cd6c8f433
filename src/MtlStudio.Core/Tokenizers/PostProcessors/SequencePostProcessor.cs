using MtlStudio.Core.Tokenizers.Pipelines;

namespace MtlStudio.Core.Tokenizers.PostProcessors;

/// <summary>One after the other.</summary>
internal sealed class SequencePostProcessor(IReadOnlyList<IPostProcessor> parts) : IPostProcessor
{
    public EncodedText Process(EncodedText encoded, bool addSpecialTokens, Func<int, string> textOf)
    {
        foreach (var part in parts) encoded = part.Process(encoded, addSpecialTokens, textOf);
        return encoded;
    }
}
