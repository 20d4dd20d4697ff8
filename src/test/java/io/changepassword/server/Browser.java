package io.changepassword.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Chromium without a window, as the distribution packages it; its tests are skipped where it is not installed. Each test begins
 * without cookies.
 */
public final class Browser implements BeforeEachCallback, AfterAllCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private ChromeDriver driver;
    private String test;

    @Override
    public void beforeEach(ExtensionContext context) {
        test = context.getRequiredTestMethod().getName();
        if (driver == null) {
            driver = start();
        }
        driver.manage().deleteAllCookies();
    }

    private static ChromeDriver start() {
        Optional<Path> browser = installed("chromium", "chromium-browser", "google-chrome");
        Optional<Path> service = installed("chromedriver");
        Assumptions.assumeTrue(
                browser.isPresent() && service.isPresent(),
                "No browser: install Debian's packages chromium and chromium-driver to run this test");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(browser.get().toFile());
        options.addArguments(List.of(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--window-size=1000,900"));
        ChromeDriver driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(service.get().toFile())
                        .build(),
                options);
        driver.manage().timeouts().implicitlyWait(PATIENCE).pageLoadTimeout(PATIENCE);
        return driver;
    }

    private static Optional<Path> installed(String... names) {
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of(names).map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public void open(String url) {
        driver.get(url);
    }

    /** The text of the page, as its reader sees it; a picture of it goes to {@code target/screenshots}. */
    public String page(String name) {
        String text = driver.findElement(By.tagName("body")).getText();
        try {
            Path folder = Files.createDirectories(
                    Path.of(System.getProperty("keycloak.logs")).resolveSibling("screenshots"));
            Files.write(folder.resolve(test + "-" + name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
        return text;
    }

    /** Follows the link that the page of an action token offers, to go on. */
    public void proceed() {
        driver.findElement(By.cssSelector("#kc-info-message a, #kc-content a")).click();
    }

    /** Fills in Keycloak's update-password page, and sends it. */
    public void updatePassword(String newPassword) {
        driver.findElement(By.id("password-new")).sendKeys(newPassword);
        driver.findElement(By.id("password-confirm")).sendKeys(newPassword);
        WebElement send = driver.findElement(By.cssSelector("#kc-passwd-update-form [type=submit]"));
        send.click();
        Eventually.assertThat(() -> isGone(send), gone -> gone);
    }

    private static boolean isGone(WebElement element) {
        try {
            return !element.isDisplayed();
        } catch (StaleElementReferenceException goneWithItsPage) {
            return true;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (driver != null) {
            driver.quit();
        }
    }
}
