using MtlStudio.Core.Tokenizers.Pipelines;

namespace MtlStudio.Core.Tokenizers.PostProcessors;

/// <summary>Special tokens before and after the text (TemplateProcessing, BertProcessing, RobertaProcessing).</summary>
internal sealed class TemplatePostProcessor(IReadOnlyList<int> before, IReadOnlyList<int> after) : IPostProcessor
{
    public EncodedText Process(EncodedText encoded, bool addSpecialTokens, Func<int, string> textOf)
    {
        if (!addSpecialTokens) return encoded;
        var output = new EncodedText(encoded.Detailed);
        foreach (var id in before) output.AddSpecial(id);
        output.AddAll(encoded);
        foreach (var id in after) output.AddSpecial(id);
        return output;
    }
}
