using MtlStudio.Core.Tokenizers.PostProcessors;

namespace MtlStudio.Core.Tokenizers.Loading;

/// <summary>Reads the post-processor of a tokenizer.json, for single texts.</summary>
internal static class PostProcessorReader
{
    public static IPostProcessor Read(JsonPart part)
    {
        switch (part.Need("type").Text())
        {
            case "Sequence":
                return new SequencePostProcessor([.. part.Need("processors").Items().Select(Read)]);
            case "TemplateProcessing":
                return Template(part);
            case "ByteLevel":
                return part.Flag("trim_offsets", true) ? new TrimOffsetsPostProcessor(part.Flag("add_prefix_space", true)) : new SequencePostProcessor([]);
            case "RobertaProcessing":
                var around = new TemplatePostProcessor([Pair(part.Need("cls"))], [Pair(part.Need("sep"))]);
                return part.Flag("trim_offsets", true)
                    ? new SequencePostProcessor([new TrimOffsetsPostProcessor(part.Flag("add_prefix_space", true)), around]) : around;
            case "BertProcessing":
                return new TemplatePostProcessor([Pair(part.Need("cls"))], [Pair(part.Need("sep"))]);
            case var other:
                throw part.Fault($"has the type \"{other}\", which isn't known here: a file that newer software wrote may need a newer MtlStudio");
        }
    }

    private static int Pair(JsonPart part) =>
        part.Items().ToList() is [_, var id] ? id.Integer() : throw part.Fault("must be a list of a token and its id");

    private static TemplatePostProcessor Template(JsonPart part)
    {
        List<int> before = [], after = [];
        var at = before;
        foreach (var item in part.Need("single").Items())
        {
            if (item.Maybe("Sequence") is not null)
            {
                at = after;
                continue;
            }
            var name = item.Need("SpecialToken").Need("id").Text();
            at.AddRange(part.Need("special_tokens").Need(name).Need("ids").Items().Select(id => id.Integer()));
        }
        return new(before, after);
    }
}
