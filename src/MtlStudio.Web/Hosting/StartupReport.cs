using MtlStudio.Core.IO;

namespace MtlStudio.Web.Hosting;

/// <summary>What a user reads once the studio answers.</summary>
public static class StartupReport
{
    public static void Write(WebApplication app, TextWriter writer)
    {
        var addresses = app.Urls.ToArray();
        app.Services.GetRequiredService<StudioAddressFile>().Write(addresses);
        writer.WriteLine($"MtlStudio {StudioVersion.Text}");
        foreach (var address in addresses) writer.WriteLine($"  Address      {address}");
        writer.WriteLine($"  Data folder  {app.Services.GetRequiredService<DataFolder>().Root}");
        foreach (var fault in app.Services.GetRequiredService<PluginFaults>().Errors) writer.WriteLine($"  Plug-in left out: {fault}");
        writer.WriteLine("  Press Ctrl+C to end.");
        writer.Flush();
    }
}
