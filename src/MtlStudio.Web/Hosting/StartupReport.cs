namespace MtlStudio.Web.Hosting;

/// <summary>What a user reads once the studio answers.</summary>
public static class StartupReport
{
    public static void Write(WebApplication app, TextWriter writer)
    {
        var taken = app.Services.GetRequiredService<DataFolderLock>();
        var addresses = app.Urls.ToArray();
        taken.Announce(addresses);
        writer.WriteLine($"MtlStudio {StudioVersion.Text}");
        foreach (var address in addresses) writer.WriteLine($"  Address      {address}");
        writer.WriteLine($"  Data folder  {taken.Folder.Root}");
        writer.WriteLine("  Press Ctrl+C to end.");
        writer.Flush();
    }
}
