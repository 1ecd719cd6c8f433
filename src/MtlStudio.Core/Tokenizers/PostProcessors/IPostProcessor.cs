using MtlStudio.Core.Tokenizers.Pipelines;

namespace MtlStudio.Core.Tokenizers.PostProcessors;

/// <summary>Mends offsets and puts special tokens around a text.</summary>
internal interface IPostProcessor
{
    /// <param name="textOf">The vocabulary's text for an id.</param>
    EncodedText Process(EncodedText encoded, bool addSpecialTokens, Func<int, string> textOf);
}
