using System.Text.Json;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Live;

/// <summary>Gives items the same names, types and non-finite literals in MessagePack as in JSON: one wire format, described once.</summary>
internal sealed class TelemetryMessagePack : IMessagePackFormatter<TelemetryItem?>
{
    public static MessagePackSerializerOptions Options { get; } = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create([new TelemetryMessagePack()], [ContractlessStandardResolver.Instance]))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    public void Serialize(ref MessagePackWriter writer, TelemetryItem? value, MessagePackSerializerOptions options) =>
        MessagePackSerializer.ConvertFromJson(JsonSerializer.Serialize(value, WireJson.Compact), ref writer, options);

    /// <summary>For clients in .NET that share this type.</summary>
    public TelemetryItem? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        using var json = new StringWriter();
        MessagePackSerializer.ConvertToJson(ref reader, json, options);
        return JsonSerializer.Deserialize<TelemetryItem>(json.ToString(), WireJson.Compact);
    }
}
