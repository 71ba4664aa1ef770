// On a telephone the rail scrolls: where one is stands in sight.
document.querySelector(".rail__item[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });

export {};
